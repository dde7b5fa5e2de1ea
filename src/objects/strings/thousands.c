// thousands.c - _PyUnicode_InsertThousandsGrouping: digits in groups, for the formats of numbers.
#include "objects/strings/str.h"

#include <limits.h>

// Sizes of groups from the right, as localeconv's grouping: a zero repeats the last, CHAR_MAX
// ends.
typedef struct Groups {
    const char *sizes;
    Py_ssize_t last;
} Groups;

static Py_ssize_t next_group(Groups *groups)
{
    if (*groups->sizes == CHAR_MAX) return 0;
    if (*groups->sizes == 0) return groups->last;
    return groups->last = *groups->sizes++;
}

// Copies [count] characters ending at [end] of [digits] to before [to].
static void copy_group(_PyUnicodeWriter *writer, Py_ssize_t to, KrText digits, Py_ssize_t end,
                       Py_ssize_t count)
{
    kr_str_copy(writer->data, writer->kind, to, kr_chars_slice(digits, end - count, end));
}

// Writes digits[start:start + count] in groups, filled up with zeros to [min_width]; [writer] NULL
// only
// measures.  Returns the number of characters, -1 on error; *ret_max grows to hold the separator.
Py_ssize_t _PyUnicode_InsertThousandsGrouping(_PyUnicodeWriter *writer, Py_ssize_t room,
                                              PyObject *text, Py_ssize_t start, Py_ssize_t count,
                                              Py_ssize_t min_width, const char *grouping,
                                              PyObject *separator, Py_UCS4 *ret_max)
{
    KrText digits = text == NULL ? (KrText){"", 0, 1} : kr_str_chars(text);
    KrText gap = kr_str_chars(separator);
    Groups groups = {grouping, 0};
    Py_ssize_t left = count, width = min_width, total = 0, at = 0;
    if (writer == NULL) *ret_max = 127;
    else at = writer->pos + room;
    int first = 1;
    for (int more = 1; more;) {
        Py_ssize_t size = next_group(&groups);
        Py_ssize_t wanted = left > width ? left : width > 1 ? width : 1;
        if (size <= 0 || size >= wanted) {
            size = wanted;
            more = 0;
        }
        Py_ssize_t zeros = size > left ? size - left : 0, chars = size > left ? left : size;
        Py_ssize_t before = first ? 0 : gap.length;
        total += before + zeros + chars;
        if (writer != NULL) {
            at -= before;
            if (before > 0) kr_str_copy(writer->data, writer->kind, at, gap);
            at -= chars;
            if (chars > 0) copy_group(writer, at, digits, start + left, chars);
            for (Py_ssize_t i = 0; i < zeros; i++)
                kr_text_write(writer->kind, writer->data, --at, '0');
        } else if (before > 0) {
            *ret_max = Py_MAX(*ret_max, kr_str_max(separator));
        }
        first = 0;
        left -= chars;
        width -= size;
        if (left <= 0 && width <= 0) more = 0;
        width -= gap.length;
    }
    return total;
}
