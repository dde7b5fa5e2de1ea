// str.c - the type str: construction, slots, and its methods as Python sees them.
//
// What a method does is in the file of its topic: str_search, str_split, str_case, str_pad,
// str_translate, str_format, str_percent, str_repr; how strs are made is in str_create.
#include "objects/strings/str.h"

#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/intern.h"
#include "objects/strings/str_case.h"
#include "objects/strings/str_iterator.h"
#include "objects/strings/str_pad.h"
#include "objects/strings/str_translate.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "sliceobject.h"
#include "text/unicode.h"
#include "tupleobject.h"

// --- search -----------------------------------------------------------------------------------

static PyObject *index_or_raise(Py_ssize_t found)
{
    if (found == -2) return NULL;
    if (found == -1) return kr_raise(PyExc_ValueError, "substring not found");
    return PyLong_FromSsize_t(found);
}

// The arguments of the methods that take a part and a range, with the messages of
// PyArg_ParseTuple.
typedef struct Range {
    PyObject *part;
    Py_ssize_t start, end;
} Range;

static int read_range(const char *name, PyObject *const *args, Py_ssize_t count, Range *ret)
{
    if (count < 1 || count > 3)
        return kr_raise_int(PyExc_TypeError, "%s() takes at %s %d argument%s (%zd given)", name,
                            count < 1 ? "least" : "most", count < 1 ? 1 : 3, count < 1 ? "" : "s",
                            count);
    *ret = (Range){args[0], 0, PY_SSIZE_T_MAX};
    if (count > 1 && kr_argument_slice_index(args[1], &ret->start) < 0) return -1;
    return count > 2 ? kr_argument_slice_index(args[2], &ret->end) : 0;
}

METHOD(find, "self, *args: array",
       "S.find(sub[, start[, end]]) -> int\n\n"
       "Return the lowest index in S where substring sub is found,\n"
       "such that sub is contained within S[start:end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Return -1 on failure.")
static PyObject *str_find(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("find", args, given, &range) < 0) return NULL;
    Py_ssize_t found = kr_str_find(self, range.part, range.start, range.end);
    return found == -2 ? NULL : PyLong_FromSsize_t(found);
}

METHOD(rfind, "self, *args: array",
       "S.rfind(sub[, start[, end]]) -> int\n\n"
       "Return the highest index in S where substring sub is found,\n"
       "such that sub is contained within S[start:end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Return -1 on failure.")
static PyObject *str_rfind(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("rfind", args, given, &range) < 0) return NULL;
    Py_ssize_t found = kr_str_rfind(self, range.part, range.start, range.end);
    return found == -2 ? NULL : PyLong_FromSsize_t(found);
}

METHOD(index, "self, *args: array",
       "S.index(sub[, start[, end]]) -> int\n\n"
       "Return the lowest index in S where substring sub is found,\n"
       "such that sub is contained within S[start:end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Raises ValueError when the substring is not found.")
static PyObject *str_index(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("index", args, given, &range) < 0) return NULL;
    return index_or_raise(kr_str_find(self, range.part, range.start, range.end));
}

METHOD(rindex, "self, *args: array",
       "S.rindex(sub[, start[, end]]) -> int\n\n"
       "Return the highest index in S where substring sub is found,\n"
       "such that sub is contained within S[start:end].  Optional\n"
       "arguments start and end are interpreted as in slice notation.\n\n"
       "Raises ValueError when the substring is not found.")
static PyObject *str_rindex(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("rindex", args, given, &range) < 0) return NULL;
    return index_or_raise(kr_str_rfind(self, range.part, range.start, range.end));
}

METHOD(count, "self, *args: array",
       "S.count(sub[, start[, end]]) -> int\n\n"
       "Return the number of non-overlapping occurrences of substring sub in\n"
       "string S[start:end].  Optional arguments start and end are\n"
       "interpreted as in slice notation.")
static PyObject *str_count(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("count", args, given, &range) < 0) return NULL;
    Py_ssize_t count = kr_str_count(self, range.part, range.start, range.end);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

METHOD(startswith, "self, *args: array",
       "S.startswith(prefix[, start[, end]]) -> bool\n\n"
       "Return True if S starts with the specified prefix, False otherwise.\n"
       "With optional start, test S beginning at that position.\n"
       "With optional end, stop comparing S at that position.\n"
       "prefix can also be a tuple of strings to try.")
static PyObject *str_startswith(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("startswith", args, given, &range) < 0) return NULL;
    return kr_str_match_ends(self, range.part, range.start, range.end, -1);
}

METHOD(endswith, "self, *args: array",
       "S.endswith(suffix[, start[, end]]) -> bool\n\n"
       "Return True if S ends with the specified suffix, False otherwise.\n"
       "With optional start, test S beginning at that position.\n"
       "With optional end, stop comparing S at that position.\n"
       "suffix can also be a tuple of strings to try.")
static PyObject *str_endswith(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Range range;
    if (read_range("endswith", args, given, &range) < 0) return NULL;
    return kr_str_match_ends(self, range.part, range.start, range.end, 1);
}

METHOD(replace, "self, old: str, new: str, count: ssize = -1, /",
       "Return a copy with all occurrences of substring old replaced by new.\n\n"
       "  count\n    Maximum number of occurrences to replace.\n"
       "    -1 (the default value) means replace all occurrences.\n\n"
       "If the optional argument count is given, only the first count occurrences are\n"
       "replaced.")
static PyObject *str_replace(PyObject *self, PyObject *old, PyObject *new, Py_ssize_t count)
{
    return PyUnicode_Replace(self, old, new, count);
}

METHOD(removeprefix, "self, prefix: str, /",
       "Return a str with the given prefix string removed if present.\n\n"
       "If the string starts with the prefix string, return string[len(prefix):].\n"
       "Otherwise, return a copy of the original string.")
static PyObject *str_removeprefix(PyObject *self, PyObject *prefix)
{
    Py_ssize_t matches = PyUnicode_Tailmatch(self, prefix, 0, PY_SSIZE_T_MAX, -1);
    if (matches <= 0) return matches < 0 ? NULL : kr_str_exact(self);
    return PyUnicode_Substring(self, PyUnicode_GET_LENGTH(prefix), PyUnicode_GET_LENGTH(self));
}

METHOD(removesuffix, "self, suffix: str, /",
       "Return a str with the given suffix string removed if present.\n\n"
       "If the string ends with the suffix string and that suffix is not empty,\n"
       "return string[:-len(suffix)]. Otherwise, return a copy of the original\nstring.")
static PyObject *str_removesuffix(PyObject *self, PyObject *suffix)
{
    Py_ssize_t matches = PyUnicode_Tailmatch(self, suffix, 0, PY_SSIZE_T_MAX, 1);
    if (matches <= 0) return matches < 0 ? NULL : kr_str_exact(self);
    return PyUnicode_Substring(self, 0,
                               PyUnicode_GET_LENGTH(self) - PyUnicode_GET_LENGTH(suffix));
}

// --- cutting and joining ----------------------------------------------------------------------

static int check_separator(PyObject *separator)
{
    if (separator == Py_None || PyUnicode_Check(separator)) return 0;
    return kr_raise_int(PyExc_TypeError, "must be str or None, not %.100s",
                        Py_TYPE(separator)->tp_name);
}

METHOD(split, "self, /, sep=None, maxsplit: ssize = -1",
       "Return a list of the substrings in the string, using sep as the separator string.\n"
       "\n  sep\n    The separator used to split the string.\n\n"
       "    When set to None (the default value), will split on any whitespace\n"
       "    character (including \\\\n \\\\r \\\\t \\\\f and spaces) and will discard\n"
       "    empty strings from the result.\n  maxsplit\n"
       "    Maximum number of splits (starting from the left).\n"
       "    -1 (the default value) means no limit.\n\n"
       "Note, str.split() is mainly useful for data that has been intentionally\n"
       "delimited.  With natural text that includes punctuation, consider using\n"
       "the regular expression module.")
static PyObject *str_split(PyObject *self, PyObject *sep, Py_ssize_t maxsplit)
{
    if (check_separator(sep) < 0) return NULL;
    return PyUnicode_Split(self, sep == Py_None ? NULL : sep, maxsplit);
}

METHOD(rsplit, "self, /, sep=None, maxsplit: ssize = -1",
       "Return a list of the substrings in the string, using sep as the separator string.\n"
       "\n  sep\n    The separator used to split the string.\n\n"
       "    When set to None (the default value), will split on any whitespace\n"
       "    character (including \\\\n \\\\r \\\\t \\\\f and spaces) and will discard\n"
       "    empty strings from the result.\n  maxsplit\n"
       "    Maximum number of splits (starting from the left).\n"
       "    -1 (the default value) means no limit.\n\n"
       "Splitting starts at the end of the string and works to the front.")
static PyObject *str_rsplit(PyObject *self, PyObject *sep, Py_ssize_t maxsplit)
{
    if (check_separator(sep) < 0) return NULL;
    return PyUnicode_RSplit(self, sep == Py_None ? NULL : sep, maxsplit);
}

METHOD(splitlines, "self, /, keepends: bool = False",
       "Return a list of the lines in the string, breaking at line boundaries.\n\n"
       "Line breaks are not included in the resulting list unless keepends is given and\n"
       "true.")
static PyObject *str_splitlines(PyObject *self, int keepends)
{
    return PyUnicode_Splitlines(self, keepends);
}

METHOD(partition, "self, sep, /",
       "Partition the string into three parts using the given separator.\n\n"
       "This will search for the separator in the string.  If the separator is found,\n"
       "returns a 3-tuple containing the part before the separator, the separator\n"
       "itself, and the part after it.\n\n"
       "If the separator is not found, returns a 3-tuple containing the original string\n"
       "and two empty strings.")
static PyObject *str_partition(PyObject *self, PyObject *sep)
{
    return PyUnicode_Partition(self, sep);
}

METHOD(rpartition, "self, sep, /",
       "Partition the string into three parts using the given separator.\n\n"
       "This will search for the separator in the string, starting at the end. If\n"
       "the separator is found, returns a 3-tuple containing the part before the\n"
       "separator, the separator itself, and the part after it.\n\n"
       "If the separator is not found, returns a 3-tuple containing two empty strings\n"
       "and the original string.")
static PyObject *str_rpartition(PyObject *self, PyObject *sep)
{
    return PyUnicode_RPartition(self, sep);
}

METHOD(join, "self, iterable, /",
       "Concatenate any number of strings.\n\n"
       "The string whose method is called is inserted in between each given string.\n"
       "The result is returned as a new string.\n\n"
       "Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'")
static PyObject *str_join(PyObject *self, PyObject *iterable)
{
    return PyUnicode_Join(self, iterable);
}

static PyObject *strip(PyObject *self, PyObject *set, int sides)
{
    static const char *const names[] = {"", "lstrip", "rstrip", "strip"};
    if (set != Py_None && !PyUnicode_Check(set))
        return kr_raise(PyExc_TypeError, "%s arg must be None or str", names[sides]);
    return PyUnicode_READY(self) < 0 ? NULL
                                     : kr_str_strip(self, set == Py_None ? NULL : set, sides);
}

METHOD(strip, "self, chars=None, /",
       "Return a copy of the string with leading and trailing whitespace removed.\n\n"
       "If chars is given and not None, remove characters in chars instead.")
static PyObject *str_strip(PyObject *self, PyObject *chars)
{
    return strip(self, chars, 3);
}

METHOD(lstrip, "self, chars=None, /",
       "Return a copy of the string with leading whitespace removed.\n\n"
       "If chars is given and not None, remove characters in chars instead.")
static PyObject *str_lstrip(PyObject *self, PyObject *chars)
{
    return strip(self, chars, 1);
}

METHOD(rstrip, "self, chars=None, /",
       "Return a copy of the string with trailing whitespace removed.\n\n"
       "If chars is given and not None, remove characters in chars instead.")
static PyObject *str_rstrip(PyObject *self, PyObject *chars)
{
    return strip(self, chars, 2);
}

// --- case and character classes ---------------------------------------------------------------

METHOD(lower, "self, /", "Return a copy of the string converted to lowercase.")
static PyObject *str_lower(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_convert_case(self, KR_CASE_LOWER);
}

METHOD(upper, "self, /", "Return a copy of the string converted to uppercase.")
static PyObject *str_upper(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_convert_case(self, KR_CASE_UPPER);
}

METHOD(title, "self, /",
       "Return a version of the string where each word is titlecased.\n\n"
       "More specifically, words start with uppercased characters and all remaining\n"
       "cased characters have lower case.")
static PyObject *str_title(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_convert_case(self, KR_CASE_TITLE);
}

METHOD(capitalize, "self, /",
       "Return a capitalized version of the string.\n\n"
       "More specifically, make the first character have upper case and the rest lower\n"
       "case.")
static PyObject *str_capitalize(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_convert_case(self, KR_CASE_CAPITALIZE);
}

METHOD(swapcase, "self, /",
       "Convert uppercase characters to lowercase and lowercase characters to uppercase.")
static PyObject *str_swapcase(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_convert_case(self, KR_CASE_SWAP);
}

METHOD(casefold, "self, /", "Return a version of the string suitable for caseless comparisons.")
static PyObject *str_casefold(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_convert_case(self, KR_CASE_FOLD);
}

static PyObject *all_have(PyObject *self, int flags)
{
    return PyUnicode_READY(self) < 0 ? NULL : PyBool_FromLong(kr_str_all(self, flags));
}

METHOD(isalnum, "self, /",
       "Return True if the string is an alpha-numeric string, False otherwise.\n\n"
       "A string is alpha-numeric if all characters in the string are alpha-numeric and\n"
       "there is at least one character in the string.")
static PyObject *str_isalnum(PyObject *self)
{
    return all_have(self, KR_UNICODE_ALNUM);
}

METHOD(isalpha, "self, /",
       "Return True if the string is an alphabetic string, False otherwise.\n\n"
       "A string is alphabetic if all characters in the string are alphabetic and there\n"
       "is at least one character in the string.")
static PyObject *str_isalpha(PyObject *self)
{
    return all_have(self, KR_UNICODE_ALPHA);
}

METHOD(isdecimal, "self, /",
       "Return True if the string is a decimal string, False otherwise.\n\n"
       "A string is a decimal string if all characters in the string are decimal and\n"
       "there is at least one character in the string.")
static PyObject *str_isdecimal(PyObject *self)
{
    return all_have(self, KR_UNICODE_DECIMAL);
}

METHOD(isdigit, "self, /",
       "Return True if the string is a digit string, False otherwise.\n\n"
       "A string is a digit string if all characters in the string are digits and there\n"
       "is at least one character in the string.")
static PyObject *str_isdigit(PyObject *self)
{
    return all_have(self, KR_UNICODE_DIGIT);
}

METHOD(isnumeric, "self, /",
       "Return True if the string is a numeric string, False otherwise.\n\n"
       "A string is numeric if all characters in the string are numeric and there is at\n"
       "least one character in the string.")
static PyObject *str_isnumeric(PyObject *self)
{
    return all_have(self, KR_UNICODE_NUMERIC);
}

METHOD(isspace, "self, /",
       "Return True if the string is a whitespace string, False otherwise.\n\n"
       "A string is whitespace if all characters in the string are whitespace and there\n"
       "is at least one character in the string.")
static PyObject *str_isspace(PyObject *self)
{
    return all_have(self, KR_UNICODE_SPACE);
}

METHOD(isprintable, "self, /",
       "Return True if the string is printable, False otherwise.\n\n"
       "A string is printable if all of its characters are considered printable in\n"
       "repr() or if it is empty.")
static PyObject *str_isprintable(PyObject *self)
{
    return all_have(self, KR_UNICODE_PRINTABLE);
}

METHOD(islower, "self, /",
       "Return True if the string is a lowercase string, False otherwise.\n\n"
       "A string is lowercase if all cased characters in the string are lowercase and\n"
       "there is at least one cased character in the string.")
static PyObject *str_islower(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : PyBool_FromLong(kr_str_is_lower(self));
}

METHOD(isupper, "self, /",
       "Return True if the string is an uppercase string, False otherwise.\n\n"
       "A string is uppercase if all cased characters in the string are uppercase and\n"
       "there is at least one cased character in the string.")
static PyObject *str_isupper(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : PyBool_FromLong(kr_str_is_upper(self));
}

METHOD(istitle, "self, /",
       "Return True if the string is a title-cased string, False otherwise.\n\n"
       "In a title-cased string, upper- and title-case characters may only\n"
       "follow uncased characters and lowercase characters only cased ones.")
static PyObject *str_istitle(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : PyBool_FromLong(kr_str_is_title(self));
}

METHOD(isascii, "self, /",
       "Return True if all characters in the string are ASCII, False otherwise.\n\n"
       "ASCII characters have code points in the range U+0000-U+007F.\n"
       "Empty string is ASCII too.")
static PyObject *str_isascii(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : PyBool_FromLong(PyUnicode_IS_ASCII(self));
}

METHOD(isidentifier, "self, /",
       "Return True if the string is a valid Python identifier, False otherwise.\n\n"
       "Call keyword.iskeyword(s) to test whether string s is a reserved identifier,\n"
       "such as \"def\" or \"class\".")
static PyObject *str_isidentifier(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? NULL : PyBool_FromLong(PyUnicode_IsIdentifier(self));
}

// --- padding ----------------------------------------------------------------------------------

// The fill character of center, ljust, rjust (NULL: a space), or -1 with an exception.
static int fill_char(PyObject *fill)
{
    if (fill == NULL) return ' ';
    if (!PyUnicode_Check(fill))
        return kr_raise_int(PyExc_TypeError,
                            "The fill character must be a unicode character, not %.100s",
                            Py_TYPE(fill)->tp_name);
    if (PyUnicode_READY(fill) < 0) return -1;
    if (PyUnicode_GET_LENGTH(fill) != 1)
        return kr_raise_int(PyExc_TypeError,
                            "The fill character must be exactly one character long");
    return (int)PyUnicode_READ_CHAR(fill, 0);
}

METHOD(center, "self, width: ssize, fillchar: object = NULL, /",
       "Return a centered string of length width.\n\n"
       "Padding is done using the specified fill character (default is a space).")
static PyObject *str_center(PyObject *self, Py_ssize_t width, PyObject *fillchar)
{
    int fill = fill_char(fillchar);
    if (fill < 0 || PyUnicode_READY(self) < 0) return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    if (width <= length) return kr_str_exact(self);
    Py_ssize_t missing = width - length, left = missing / 2 + (missing & width & 1);
    return kr_str_pad(self, left, missing - left, fill);
}

METHOD(ljust, "self, width: ssize, fillchar: object = NULL, /",
       "Return a left-justified string of length width.\n\n"
       "Padding is done using the specified fill character (default is a space).")
static PyObject *str_ljust(PyObject *self, Py_ssize_t width, PyObject *fillchar)
{
    int fill = fill_char(fillchar);
    if (fill < 0 || PyUnicode_READY(self) < 0) return NULL;
    if (width <= PyUnicode_GET_LENGTH(self)) return kr_str_exact(self);
    return kr_str_pad(self, 0, width - PyUnicode_GET_LENGTH(self), fill);
}

METHOD(rjust, "self, width: ssize, fillchar: object = NULL, /",
       "Return a right-justified string of length width.\n\n"
       "Padding is done using the specified fill character (default is a space).")
static PyObject *str_rjust(PyObject *self, Py_ssize_t width, PyObject *fillchar)
{
    int fill = fill_char(fillchar);
    if (fill < 0 || PyUnicode_READY(self) < 0) return NULL;
    if (width <= PyUnicode_GET_LENGTH(self)) return kr_str_exact(self);
    return kr_str_pad(self, width - PyUnicode_GET_LENGTH(self), 0, fill);
}

METHOD(zfill, "self, width: ssize, /",
       "Pad a numeric string with zeros on the left, to fill a field of the given width.\n"
       "\nThe string is never truncated.")
static PyObject *str_zfill(PyObject *self, Py_ssize_t width)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_zfill(self, width);
}

METHOD(expandtabs, "self, /, tabsize: int = 8",
       "Return a copy where all tab characters are expanded using spaces.\n\n"
       "If tabsize is not given, a tab size of 8 characters is assumed.")
static PyObject *str_expandtabs(PyObject *self, int tabsize)
{
    return PyUnicode_READY(self) < 0 ? NULL : kr_str_expand_tabs(self, tabsize);
}

// --- codecs, translation, formats, pickling ---------------------------------------------------

METHOD(encode, "self, /, encoding: cstr = 'utf-8', errors: cstr = 'strict'",
       "Encode the string using the codec registered for encoding.\n\n  encoding\n"
       "    The encoding in which to encode the string.\n  errors\n"
       "    The error handling scheme to use for encoding errors.\n"
       "    The default is 'strict' meaning that encoding errors raise a\n"
       "    UnicodeEncodeError.  Other possible values are 'ignore', 'replace' and\n"
       "    'xmlcharrefreplace' as well as any other name registered with\n"
       "    codecs.register_error that can handle UnicodeEncodeErrors.")
static PyObject *str_encode(PyObject *self, const char *encoding, const char *errors)
{
    return PyUnicode_AsEncodedString(self, encoding, errors);
}

METHOD(translate, "self, table, /",
       "Replace each character in the string using the given translation table.\n\n"
       "  table\n"
       "    Translation table, which must be a mapping of Unicode ordinals to\n"
       "    Unicode ordinals, strings, or None.\n\n"
       "The table must implement lookup/indexing via __getitem__, for instance a\n"
       "dictionary or list.  If this operation raises LookupError, the character is\n"
       "left untouched.  Characters mapped to None are deleted.")
static PyObject *str_translate(PyObject *self, PyObject *table)
{
    return PyUnicode_Translate(self, table, "ignore");
}

METHOD(maketrans, "x, y: str = NULL, z: str = NULL, /",
       "Return a translation table usable for str.translate().\n\n"
       "If there is only one argument, it must be a dictionary mapping Unicode\n"
       "ordinals (integers) or characters to Unicode ordinals, strings or None.\n"
       "Character keys will be then converted to ordinals.\n"
       "If there are two arguments, they must be strings of equal length, and\n"
       "in the resulting dictionary, each character in x will be mapped to the\n"
       "character at the same position in y. If there is a third argument, it\n"
       "must be a string, whose characters will be mapped to None in the result.")
static PyObject *str_maketrans(PyObject *x, PyObject *y, PyObject *z)
{
    return kr_str_maketrans(x, y, z);
}

METHOD(format, "self, /, *args, **kwargs",
       "S.format(*args, **kwargs) -> str\n\n"
       "Return a formatted version of S, using substitutions from args and kwargs.\n"
       "The substitutions are identified by braces ('{' and '}').")
static PyObject *str_format(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return kr_str_format_method(self, args, kwargs);
}

METHOD(format_map, "self, mapping, /",
       "S.format_map(mapping) -> str\n\n"
       "Return a formatted version of S, using substitutions from mapping.\n"
       "The substitutions are identified by braces ('{' and '}').")
static PyObject *str_format_map(PyObject *self, PyObject *mapping)
{
    return kr_str_format_map(self, mapping);
}

METHOD(__format__, "self, format_spec: str, /",
       "Return a formatted version of the string as described by format_spec.")
static PyObject *str___format__(PyObject *self, PyObject *format_spec)
{
    if (PyUnicode_READY(self) < 0 || PyUnicode_READY(format_spec) < 0) return NULL;
    if (PyUnicode_GET_LENGTH(format_spec) == 0)
        return PyUnicode_CheckExact(self) ? Py_NewRef(self) : PyObject_Str(self);
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyUnicode_FormatAdvancedWriter(&writer, self, format_spec, 0,
                                        PyUnicode_GET_LENGTH(format_spec)) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

METHOD(__sizeof__, "self, /", "Return the size of the string in memory, in bytes.")
static PyObject *str___sizeof__(PyObject *self)
{
    Py_ssize_t size;
    Py_ssize_t bytes = PyUnicode_IS_READY(self)
                           ? (PyUnicode_GET_LENGTH(self) + 1) * (Py_ssize_t)PyUnicode_KIND(self)
                           : 0;
    if (PyUnicode_IS_COMPACT_ASCII(self)) size = sizeof(PyASCIIObject) + bytes;
    else if (PyUnicode_IS_COMPACT(self)) size = sizeof(PyCompactUnicodeObject) + bytes;
    else size = sizeof(PyUnicodeObject) + bytes;
    PyASCIIObject *head = (PyASCIIObject *)self;
    PyCompactUnicodeObject *wide = (PyCompactUnicodeObject *)self;
    if (head->wstr != NULL && (!PyUnicode_IS_READY(self) ||
                               (void *)head->wstr != PyUnicode_DATA(self))) {
        Py_ssize_t length = PyUnicode_IS_COMPACT_ASCII(self) ? head->length : wide->wstr_length;
        size += (length + 1) * (Py_ssize_t)sizeof(wchar_t);
    }
    if (PyUnicode_IS_READY(self) && !PyUnicode_IS_COMPACT_ASCII(self) && wide->utf8 != NULL &&
        (void *)wide->utf8 != PyUnicode_DATA(self))
        size += wide->utf8_length + 1;
    return PyLong_FromSsize_t(size);
}

METHOD(__getnewargs__, "self, /", "")
static PyObject *str___getnewargs__(PyObject *self)
{
    KR_AUTO PyObject *copy = _PyUnicode_Copy(self);
    return copy == NULL ? NULL : PyTuple_Pack(1, copy);
}

// --- construction -----------------------------------------------------------------------------

// A str subclass instance with a copy of the characters of [text], which it releases.
static PyObject *new_of_subclass(PyTypeObject *type, STEALS PyObject *source)
{
    KR_AUTO PyObject *text = source;
    if (text == NULL) return NULL;
    if (PyUnicode_READY(text) < 0) return NULL;
    PyObject *object = type->tp_alloc(type, 0);
    if (object == NULL) return NULL;
    PyUnicodeObject *self = (PyUnicodeObject *)object;
    KrText chars = kr_str_chars(text);
    size_t size = (size_t)(chars.length + 1) * chars.kind;
    void *data = PyObject_Malloc(size);
    if (data == NULL) {
        Py_DECREF(object);
        return PyErr_NoMemory();
    }
    memcpy(data, chars.data, size);
    PyASCIIObject *head = &self->_base._base;
    head->length = chars.length;
    head->hash = ((PyASCIIObject *)text)->hash;
    head->state.interned = 0;
    head->state.kind = chars.kind;
    head->state.compact = 0;
    head->state.ascii = PyUnicode_IS_ASCII(text);
    head->state.ready = 1;
    self->data.any = data;
    if (head->state.ascii) {
        self->_base.utf8 = data;
        self->_base.utf8_length = chars.length;
    }
    if (chars.kind == sizeof(wchar_t)) {
        head->wstr = data;
        self->_base.wstr_length = chars.length;
    }
    return object;
}

CONSTRUCTOR(str, "object: object = NULL, encoding: cstr = NULL, errors: cstr = NULL",
            "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
            "Create a new string object from the given object. If encoding or\n"
            "errors is specified, then the object must expose a data buffer\n"
            "that will be decoded using the given encoding and error handler.\n"
            "Otherwise, returns the result of object.__str__() (if defined)\n"
            "or repr(object).\nencoding defaults to sys.getdefaultencoding().\n"
            "errors defaults to 'strict'.")
static PyObject *str_new(PyTypeObject *type, PyObject *object, const char *encoding,
                         const char *errors)
{
    PyObject *text;
    if (object == NULL) text = kr_str_empty();
    else if (encoding == NULL && errors == NULL) text = PyObject_Str(object);
    else text = PyUnicode_FromEncodedObject(object, encoding, errors);
    return type == &PyUnicode_Type ? text : new_of_subclass(type, text);
}

static void dealloc(PyObject *object)
{
    PyASCIIObject *head = (PyASCIIObject *)object;
    if (PyUnicode_CHECK_INTERNED(object)) kr_intern_forget(object);
    void *data = PyUnicode_IS_READY(object) ? PyUnicode_DATA(object) : NULL;
    if (head->wstr != NULL && (void *)head->wstr != data) PyObject_Free(head->wstr);
    if (!PyUnicode_IS_COMPACT_ASCII(object)) {
        char *utf8 = ((PyCompactUnicodeObject *)object)->utf8;
        if (utf8 != NULL && (void *)utf8 != data) PyObject_Free(utf8);
    }
    if (!PyUnicode_IS_COMPACT(object) && data != NULL) PyObject_Free(data);
    Py_TYPE(object)->tp_free(object);
}

// --- slots ------------------------------------------------------------------------------------

static PyObject *str_str(PyObject *self)
{
    return PyUnicode_CheckExact(self) && PyUnicode_READY(self) == 0 ? Py_NewRef(self)
                                                                    : _PyUnicode_Copy(self);
}

static Py_ssize_t length(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? -1 : PyUnicode_GET_LENGTH(self);
}

static PyObject *item(PyObject *self, Py_ssize_t index)
{
    if (PyUnicode_READY(self) < 0) return NULL;
    if (index < 0 || index >= PyUnicode_GET_LENGTH(self))
        return kr_raise(PyExc_IndexError, "string index out of range");
    return PyUnicode_FromOrdinal((int)PyUnicode_READ_CHAR(self, index));
}

static PyObject *take_steps(PyObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count)
{
    KrText chars = kr_str_chars(self);
    Py_UCS4 max = 127;
    if (!PyUnicode_IS_ASCII(self))
        for (Py_ssize_t i = 0, at = start; i < count; i++, at += step)
            max |= kr_chars_read(chars, at);
    PyObject *result = PyUnicode_New(count, Py_MIN(max, KR_MAX_CODE_POINT));
    if (result == NULL) return NULL;
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    for (Py_ssize_t i = 0, at = start; i < count; i++, at += step)
        kr_text_write(kind, data, i, kr_chars_read(chars, at));
    return result;
}

static PyObject *subscript(PyObject *self, PyObject *key)
{
    if (PyUnicode_READY(self) < 0) return NULL;
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) return NULL;
        return item(self, index < 0 ? index + PyUnicode_GET_LENGTH(self) : index);
    }
    if (!PySlice_Check(key))
        return kr_raise(PyExc_TypeError, "string indices must be integers, not '%.200s'",
                        Py_TYPE(key)->tp_name);
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_ssize_t count = PySlice_AdjustIndices(PyUnicode_GET_LENGTH(self), &start, &stop, step);
    if (count <= 0) return kr_str_empty();
    if (step == 1) return PyUnicode_Substring(self, start, start + count);
    if (count == 1) return item(self, start);
    return take_steps(self, start, step, count);
}

static PyObject *modulo(PyObject *left, PyObject *right)
{
    if (!PyUnicode_Check(left)) Py_RETURN_NOTIMPLEMENTED;
    return PyUnicode_Format(left, right);
}

#include "objects/strings/str.methods.h"

static PyNumberMethods as_number = {.nb_remainder = modulo};

static PySequenceMethods as_sequence = {
    .sq_length = length,
    .sq_concat = PyUnicode_Concat,
    .sq_repeat = kr_str_repeat,
    .sq_item = item,
    .sq_contains = PyUnicode_Contains,
};

static PyMappingMethods as_mapping = {.mp_length = length, .mp_subscript = subscript};

PyTypeObject PyUnicode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "str",
    .tp_basicsize = sizeof(PyUnicodeObject),
    .tp_dealloc = dealloc,
    .tp_repr = kr_str_repr,
    .tp_as_number = &as_number,
    .tp_as_sequence = &as_sequence,
    .tp_as_mapping = &as_mapping,
    .tp_hash = kr_str_hash,
    .tp_str = str_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS |
                _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = str_doc,
    .tp_richcompare = PyUnicode_RichCompare,
    .tp_iter = kr_str_iterator_new,
    .tp_methods = str_methods,
    .tp_new = str_tp_new,
    .tp_free = PyObject_Free,
};
