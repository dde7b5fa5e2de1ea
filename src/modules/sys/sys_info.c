// sys_info.c - what the interpreter is: versions, number formats, the flags it was started with.
#include "modules/sys/sys.h"

#include "Python.h"

#include <float.h>

#include "internal/pycore_namespace.h"
#include "objects/errors/raise.h"
#include "runtime/owned.h"
#include "runtime/interpreter.h"
#include "base/version.h"

static PyTypeObject version_info_type, float_info_type, int_info_type, hash_info_type,
    thread_info_type;
static PyTypeObject flags_type;

// Readies a struct sequence type that programs cannot instantiate.
static int make_type(PyTypeObject *type, PyStructSequence_Desc *description)
{
    if (type->tp_name == NULL && PyStructSequence_InitType2(type, description) < 0) return -1;
    type->tp_init = NULL;
    type->tp_new = NULL;
    type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    int result = PyDict_DelItemString(type->tp_dict, "__new__");
    if (result < 0) PyErr_Clear();
    PyType_Modified(type);
    return 0;
}

// Adds [values] (NULL ended by [count]), stolen, as an instance of [type] under [name].
static int add_sequence(PyObject *dict, const char *name, PyTypeObject *type, PyObject **values,
                        int count)
{
    PyObject *sequence = PyStructSequence_New(type);
    for (int i = 0; i < count; i++) {
        if (sequence == NULL || values[i] == NULL) {
            Py_XDECREF(values[i]);
            Py_CLEAR(sequence);
        } else {
            PyStructSequence_SetItem(sequence, i, values[i]);
        }
    }
    if (sequence == NULL) return -1;
    int result = PyDict_SetItemString(dict, name, sequence);
    Py_DECREF(sequence);
    return result;
}

// Sets dict[name]; NULL: an exception is set already.
static int set_new(PyObject *dict, const char *name, STEALS PyObject *value)
{
    if (value == NULL) return -1;
    int result = PyDict_SetItemString(dict, name, value);
    Py_DECREF(value);
    return result;
}

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

// --- version ------------------------------------------------------------------------------------

static PyStructSequence_Field version_fields[] = {
    {"major", "Major release number"},
    {"minor", "Minor release number"},
    {"micro", "Patch release number"},
    {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
    {"serial", "Serial release number"},
    {NULL, NULL},
};

static PyStructSequence_Desc version_description = {
    .name = "sys.version_info",
    .doc = "sys.version_info\n\nVersion information as a named tuple.",
    .fields = version_fields,
    .n_in_sequence = 5,
};

static int add_version_info(PyObject *dict, const char *name, const int numbers[3])
{
    PyObject *values[] = {PyLong_FromLong(numbers[0]), PyLong_FromLong(numbers[1]),
                          PyLong_FromLong(numbers[2]), PyUnicode_FromString("final"),
                          PyLong_FromLong(0)};
    return add_sequence(dict, name, &version_info_type, values, COUNT(values));
}

static int add_implementation(PyObject *dict)
{
    KR_AUTO PyObject *fields = PyDict_New();
    if (fields == NULL) return -1;
    if (set_new(fields, "name", PyUnicode_FromString("cpython")) < 0 ||
        set_new(fields, "cache_tag", PyUnicode_FromString("cpython-311")) < 0 ||
        PyDict_SetItemString(fields, "version", PyDict_GetItemString(dict, "version_info")) < 0 ||
        set_new(fields, "hexversion", PyLong_FromLong(PY_VERSION_HEX)) < 0 ||
        set_new(fields, "_multiarch", PyUnicode_FromString("x86_64-linux-gnu")) < 0)
        return -1;
    return set_new(dict, "implementation", _PyNamespace_New(fields));
}

static int add_versions(PyObject *dict)
{
    static const int python[] = {PY_MAJOR_VERSION, PY_MINOR_VERSION, PY_MICRO_VERSION};
    static const int krait[] = {KRAIT_MAJOR, KRAIT_MINOR, KRAIT_MICRO};
    if (make_type(&version_info_type, &version_description) < 0) return -1;
    if (add_version_info(dict, "version_info", python) < 0) return -1;
    if (add_version_info(dict, "krait_version_info", krait) < 0) return -1;
    if (set_new(dict, "version", PyUnicode_FromString(Py_GetVersion())) < 0) return -1;
    if (set_new(dict, "hexversion", PyLong_FromLong(PY_VERSION_HEX)) < 0) return -1;
    if (set_new(dict, "api_version", PyLong_FromLong(PYTHON_API_VERSION)) < 0) return -1;
    if (set_new(dict, "copyright", PyUnicode_FromString(Py_GetCopyright())) < 0) return -1;
    if (set_new(dict, "platform", PyUnicode_FromString(Py_GetPlatform())) < 0) return -1;
    if (set_new(dict, "_git", Py_BuildValue("(sss)", "CPython", "", "")) < 0) return -1;
    if (set_new(dict, "_framework", PyUnicode_FromString("")) < 0) return -1;
    if (set_new(dict, "abiflags", PyUnicode_FromString("")) < 0) return -1;
    return add_implementation(dict);
}

// --- numbers ------------------------------------------------------------------------------------

static PyStructSequence_Field float_fields[] = {
    {"max", "DBL_MAX -- maximum representable finite float"},
    {"max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"},
    {"max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"},
    {"min", "DBL_MIN -- Minimum positive normalized float"},
    {"min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"},
    {"min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"},
    {"dig",
     "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"},
    {"mant_dig", "DBL_MANT_DIG -- mantissa digits"},
    {"epsilon", "DBL_EPSILON -- Difference between 1 and the next representable float"},
    {"radix", "FLT_RADIX -- radix of exponent"},
    {"rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"},
    {NULL, NULL},
};

static PyStructSequence_Desc float_description = {
    .name = "sys.float_info",
    .doc = "sys.float_info\n\nA named tuple holding information about the float type. It contains "
        "low level\ninformation about the precision and internal representation. Please study\n"
        "your system's :file:`float.h` for more information.",
    .fields = float_fields,
    .n_in_sequence = 11,
};

static int add_float_info(PyObject *dict)
{
    PyObject *values[] = {
        PyFloat_FromDouble(DBL_MAX),   PyLong_FromLong(DBL_MAX_EXP),
        PyLong_FromLong(DBL_MAX_10_EXP),
        PyFloat_FromDouble(DBL_MIN),   PyLong_FromLong(DBL_MIN_EXP),
        PyLong_FromLong(DBL_MIN_10_EXP),
        PyLong_FromLong(DBL_DIG),      PyLong_FromLong(DBL_MANT_DIG),
        PyFloat_FromDouble(DBL_EPSILON),
        PyLong_FromLong(FLT_RADIX),    PyLong_FromLong(FLT_ROUNDS),
    };
    if (make_type(&float_info_type, &float_description) < 0) return -1;
    if (set_new(dict, "float_repr_style", PyUnicode_FromString("short")) < 0) return -1;
    return add_sequence(dict, "float_info", &float_info_type, values, COUNT(values));
}

static PyStructSequence_Field int_fields[] = {
    {"bits_per_digit", "size of a digit in bits"},
    {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
    {"default_max_str_digits", "maximum string conversion digits limitation"},
    {"str_digits_check_threshold", "minimum positive value for int_max_str_digits"},
    {NULL, NULL},
};

static PyStructSequence_Desc int_description = {
    .name = "sys.int_info",
    .doc = "sys.int_info\n\nA named tuple that holds information about Python's\ninternal "
        "representation of integers.  The attributes are read only.",
    .fields = int_fields,
    .n_in_sequence = 4,
};

static int add_int_info(PyObject *dict)
{
    PyObject *values[] = {PyLong_FromLong(30), PyLong_FromLong(4), PyLong_FromLong(4300),
                          PyLong_FromLong(640)};
    if (make_type(&int_info_type, &int_description) < 0) return -1;
    if (set_new(dict, "maxsize", PyLong_FromSsize_t(PY_SSIZE_T_MAX)) < 0) return -1;
    if (set_new(dict, "maxunicode", PyLong_FromLong(0x10ffff)) < 0) return -1;
    if (set_new(dict, "byteorder", PyUnicode_FromString("little")) < 0) return -1;
    return add_sequence(dict, "int_info", &int_info_type, values, COUNT(values));
}

static PyStructSequence_Field hash_fields[] = {
    {"width", "width of the type used for hashing, in bits"},
    {"modulus", "prime number giving the modulus on which the hash function is based"},
    {"inf", "value to be used for hash of a positive infinity"},
    {"nan", "value to be used for hash of a nan"},
    {"imag", "multiplier used for the imaginary part of a complex number"},
    {"algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"},
    {"hash_bits", "internal output size of hash algorithm"},
    {"seed_bits", "seed size of hash algorithm"},
    {"cutoff", "small string optimization cutoff"},
    {NULL, NULL},
};

static PyStructSequence_Desc hash_description = {
    .name = "sys.hash_info",
    .doc = "hash_info\n\nA named tuple providing parameters used for computing hashes. The "
        "attributes are read only.",
    .fields = hash_fields,
    .n_in_sequence = 9,
};

static int add_hash_info(PyObject *dict)
{
    PyObject *values[] = {
        PyLong_FromLong(64),    PyLong_FromSize_t(_PyHASH_MODULUS), PyLong_FromLong(_PyHASH_INF),
        PyLong_FromLong(0),     PyLong_FromLong(_PyHASH_IMAG),
        PyUnicode_FromString("siphash13"),
        PyLong_FromLong(64),    PyLong_FromLong(128),               PyLong_FromLong(0),
    };
    if (make_type(&hash_info_type, &hash_description) < 0) return -1;
    return add_sequence(dict, "hash_info", &hash_info_type, values, COUNT(values));
}

static PyStructSequence_Field thread_fields[] = {
    {"name", "name of the thread implementation"},
    {"lock", "name of the lock implementation"},
    {"version", "name and version of the thread library"},
    {NULL, NULL},
};

static PyStructSequence_Desc thread_description = {
    .name = "sys.thread_info",
    .doc = "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
    .fields = thread_fields,
    .n_in_sequence = 3,
};

static int add_thread_info(PyObject *dict)
{
    char version[64];
    size_t length = confstr(_CS_GNU_LIBPTHREAD_VERSION, version, sizeof version);
    PyObject *values[] = {
        PyUnicode_FromString("pthread"),
        PyUnicode_FromString("semaphore"),
        length > 0 && length < sizeof version ? PyUnicode_FromString(version) : Py_NewRef(Py_None),
    };
    if (make_type(&thread_info_type, &thread_description) < 0) return -1;
    return add_sequence(dict, "thread_info", &thread_info_type, values, COUNT(values));
}

int kr_sys_add_info(PyObject *module)
{
    PyObject *dict = PyModule_GetDict(module);
    if (add_versions(dict) < 0 || add_float_info(dict) < 0 || add_int_info(dict) < 0) return -1;
    return add_hash_info(dict) < 0 ? -1 : add_thread_info(dict);
}

// --- flags --------------------------------------------------------------------------------------

static PyStructSequence_Field flag_fields[] = {
    {"debug", "-d"},
    {"inspect", "-i"},
    {"interactive", "-i"},
    {"optimize", "-O or -OO"},
    {"dont_write_bytecode", "-B"},
    {"no_user_site", "-s"},
    {"no_site", "-S"},
    {"ignore_environment", "-E"},
    {"verbose", "-v"},
    {"bytes_warning", "-b"},
    {"quiet", "-q"},
    {"hash_randomization", "-R"},
    {"isolated", "-I"},
    {"dev_mode", "-X dev"},
    {"utf8_mode", "-X utf8"},
    {"warn_default_encoding", "-X warn_default_encoding"},
    {"safe_path", "-P"},
    {"int_max_str_digits", "-X int_max_str_digits"},
    {NULL, NULL},
};

static PyStructSequence_Desc flags_description = {
    .name = "sys.flags",
    .doc = "sys.flags\n\nFlags provided through command line arguments or environment vars.",
    .fields = flag_fields,
    .n_in_sequence = 18,
};

// What -X int_max_str_digits or its variable asked for, -1 where neither did.
static long given_digit_limit(const PyConfig *config)
{
    const char *value = config->use_environment ? getenv("PYTHONINTMAXSTRDIGITS") : NULL;
    int given = value != NULL && *value != '\0';
    for (Py_ssize_t i = 0; i < config->xoptions.length; i++)
        given |= wcsncmp(config->xoptions.items[i], L"int_max_str_digits", 18) == 0;
    return given ? kr_interpreter_current()->int_max_str_digits : -1;
}

int kr_sys_add_flags(PyObject *dict)
{
    const PyConfig *config = &kr_interpreter_current()->config;
    PyObject *values[] = {
        PyLong_FromLong(config->parser_debug),
        PyLong_FromLong(config->inspect),
        PyLong_FromLong(config->interactive),
        PyLong_FromLong(config->optimization_level),
        PyLong_FromLong(!config->write_bytecode),
        PyLong_FromLong(!config->user_site_directory),
        PyLong_FromLong(!config->site_import),
        PyLong_FromLong(!config->use_environment),
        PyLong_FromLong(config->verbose),
        PyLong_FromLong(config->bytes_warning),
        PyLong_FromLong(config->quiet),
        PyLong_FromLong(config->use_hash_seed == 0 || config->hash_seed != 0),
        PyLong_FromLong(config->isolated),
        PyBool_FromLong(config->dev_mode),
        PyLong_FromLong(Py_UTF8Mode),
        PyLong_FromLong(config->warn_default_encoding),
        PyBool_FromLong(config->safe_path),
        PyLong_FromLong(given_digit_limit(config)),
    };
    if (make_type(&flags_type, &flags_description) < 0) return -1;
    return add_sequence(dict, "flags", &flags_type, values, COUNT(values));
}
