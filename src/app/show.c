// show.c - `krait -X show=tokens|ast|symtable|cfg|code`, of a file or of the text of -c.
#include "app/show.h"

#include "app/config.h"
#include "compile/show.h"
#include "runtime/owned.h"

// New bytes: all of the file [name].
static PyObject *read_file(const wchar_t *name)
{
    char *path = Py_EncodeLocale(name, NULL);
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    PyObject *bytes = NULL;
    if (file == NULL) PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    else if (fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        rewind(file);
        bytes = PyBytes_FromStringAndSize(NULL, size);
        if (bytes != NULL
            && fread(PyBytes_AS_STRING(bytes), 1, (size_t)size, file) != (size_t)size)
            Py_CLEAR(bytes);
    }
    if (file != NULL) fclose(file);
    PyMem_Free(path);
    return bytes;
}

static PyObject *command_text(const wchar_t *command)
{
    KR_AUTO PyObject *text = PyUnicode_FromWideChar(command, -1);
    return text == NULL ? NULL : PyUnicode_AsUTF8String(text);
}

static int show(const PyConfig *config, const char *stage)
{
    bool is_file = config->run_command == NULL;
    KR_AUTO PyObject *text = is_file ? read_file(config->run_filename)
        : command_text(config->run_command);
    KR_AUTO PyObject *name = is_file ? PyUnicode_FromWideChar(config->run_filename, -1)
                                     : PyUnicode_FromString("<string>");
    if (text == NULL || name == NULL) return -1;
    return kr_show(stdout, stage, PyBytes_AS_STRING(text), name);
}

int kr_show_program(const PyConfig *config, int *ret_code)
{
    const wchar_t *option = kr_config_x_option(config, L"show");
    if (option == NULL) return 0;
    if (config->run_command == NULL && config->run_filename == NULL) return 0;
    char *stage = Py_EncodeLocale(option, NULL);
    *ret_code = stage == NULL || show(config, stage) < 0 ? 1 : 0;
    PyMem_Free(stage);
    if (*ret_code != 0) PyErr_Print();
    fflush(stdout);
    return 1;
}
