// code.c - builtins that compile and run code: compile, eval, exec, __import__, breakpoint.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include "compile.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/hooks.h"
#include "syntax/ast_object.h"

// --- compile ------------------------------------------------------------------------------------

static int check_options(const char *mode, int flags, int optimize)
{
    const int known = PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK;
    if (flags & ~known) return kr_raise_int(PyExc_ValueError, "compile(): unrecognised flags");
    if (optimize < -1 || optimize > 2)
        return kr_raise_int(PyExc_ValueError, "compile(): invalid optimize value");
    static const char *const modes[] = {"exec", "eval", "single"};
    for (int i = 0; i < 3; i++)
        if (strcmp(mode, modes[i]) == 0) return 0;
    if (strcmp(mode, "func_type") != 0)
        return kr_raise_int(PyExc_ValueError,
                            flags & PyCF_ONLY_AST
                                ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                : "compile() mode must be 'exec', 'eval' or 'single'");
    if (flags & PyCF_ONLY_AST) return 0;
    return kr_raise_int(PyExc_ValueError,
                        "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
}

static int is_text(PyObject *source)
{
    return PyUnicode_Check(source) || PyObject_CheckBuffer(source);
}

METHOD(compile, "module, source, filename, mode: cstr, flags: int = 0, dont_inherit: bool = "
       "False, optimize: int = -1, *, _feature_version: int = -1",
       "Compile source into a code object that can be executed by exec() or eval().\n\nThe source "
       "code may represent a Python module, statement or expression.\nThe filename will be used "
       "for run-time error messages.\nThe mode must be 'exec' to compile a module, 'single' to "
       "compile a\nsingle (interactive) statement, or 'eval' to compile an expression.\nThe "
       "flags argument, if present, controls which future statements influence\nthe compilation "
       "of the code.\nThe dont_inherit argument, if true, stops the compilation inheriting\nthe "
       "effects of any future statements in effect in the code calling\ncompile; if absent or "
       "false these statements do influence the compilation,\nin addition to any features "
       "explicitly specified.")
static PyObject *code_compile(PyObject *module, PyObject *source, PyObject *filename,
                              const char *mode, int flags, int dont_inherit, int optimize,
                              int feature_version)
{
    KR_AUTO PyObject *path = NULL;
    if (!PyUnicode_FSDecoder(filename, &path)) return NULL;
    if (PySys_Audit("compile", "OO", source, path) < 0) return NULL;
    if (check_options(mode, flags, optimize) < 0) return NULL;
    PyCompilerFlags inherited = {.cf_flags = flags | PyCF_SOURCE_IS_UTF8,
                                 .cf_feature_version = PY_MINOR_VERSION};
    if (!dont_inherit) PyEval_MergeCompilerFlags(&inherited);
    int is_ast = kr_ast_object_check(source);
    if (is_ast < 0) return NULL;
    if (!is_ast && !is_text(source))
        return kr_raise(PyExc_TypeError, "compile() arg 1 must be a string, bytes or AST object");
    int version = feature_version >= 0 && flags & PyCF_ONLY_AST ? feature_version
        : PY_MINOR_VERSION;
    return kr_hooks.compile(source, path, mode, inherited.cf_flags, optimize, version);
}

// --- eval and exec ------------------------------------------------------------------------------

typedef struct Scope {
    PyObject *globals, *locals;        // borrowed
} Scope;

// Fills in what was not given from the running frame.
static int complete_scope(Scope *scope, const char *who)
{
    if (scope->globals != Py_None) {
        if (scope->locals == Py_None) scope->locals = scope->globals;
        return 0;
    }
    scope->globals = PyEval_GetGlobals();
    if (scope->locals == Py_None) {
        scope->locals = PyEval_GetLocals();
        if (scope->locals == NULL && PyErr_Occurred()) return -1;
    }
    if (scope->globals == NULL || scope->locals == NULL)
        return kr_raise_int(strcmp(who, "eval") == 0 ? PyExc_TypeError : PyExc_SystemError,
                            strcmp(who, "eval") == 0 ? "eval must be given globals and locals "
                            "when called without a frame" : "globals and locals cannot be NULL");
    return 0;
}

static int add_builtins(PyObject *globals)
{
    int found = PyDict_Contains(globals, ID(__builtins__));
    if (found != 0) return found < 0 ? -1 : 0;
    return PyDict_SetItem(globals, ID(__builtins__), PyEval_GetBuiltins());
}

static Py_ssize_t free_variable_count(PyObject *code)
{
    return ((PyCodeObject *)code)->co_nfreevars;
}

// New code object of a piece of text, under the compiler flags of the running frame.
static PyObject *compile_text(PyObject *source, const char *mode)
{
    KR_AUTO PyObject *filename = PyUnicode_FromString("<string>");
    PyCompilerFlags flags = {.cf_flags = PyCF_SOURCE_IS_UTF8,
                             .cf_feature_version = PY_MINOR_VERSION};
    PyEval_MergeCompilerFlags(&flags);
    if (filename == NULL) return NULL;
    return kr_hooks.compile(source, filename, mode, flags.cf_flags, -1, PY_MINOR_VERSION);
}

// New reference: [source] without leading spaces and tabs.
static PyObject *without_indentation(PyObject *source)
{
    if (!PyUnicode_Check(source)) {
        KR_AUTO PyObject *bytes = PyBytes_FromObject(source);
        KR_AUTO PyObject *blank = PyBytes_FromString(" \t");
        if (bytes == NULL || blank == NULL) return NULL;
        return PyObject_CallMethodOneArg(bytes, ID(lstrip), blank);
    }
    Py_ssize_t length = PyUnicode_GetLength(source), start = 0;
    while (start < length) {
        Py_UCS4 character = PyUnicode_ReadChar(source, start);
        if (character != ' ' && character != '\t') break;
        start++;
    }
    return start == 0 ? Py_NewRef(source) : PyUnicode_Substring(source, start, length);
}

METHOD(eval, "module, source, globals = None, locals = None, /",
       "Evaluate the given source in the context of globals and locals.\n\nThe source may be a "
       "string representing a Python expression\nor a code object as returned by compile().\n"
       "The globals must be a dictionary and locals can be any mapping,\ndefaulting to the "
       "current globals and locals.\nIf only globals is given, locals defaults to it.")
static PyObject *code_eval(PyObject *module, PyObject *source, PyObject *globals, PyObject *locals)
{
    if (locals != Py_None && !PyMapping_Check(locals))
        return kr_raise(PyExc_TypeError, "locals must be a mapping");
    if (globals != Py_None && !PyDict_Check(globals))
        return kr_raise(PyExc_TypeError, PyMapping_Check(globals) ? "globals must be a real dict; "
                        "try eval(code, {}, mapping)" : "globals must be a dict");
    Scope scope = {globals, locals};
    if (complete_scope(&scope, "eval") < 0 || add_builtins(scope.globals) < 0) return NULL;
    if (PyCode_Check(source)) {
        if (PySys_Audit("exec", "O", source) < 0) return NULL;
        if (free_variable_count(source) > 0)
            return kr_raise(PyExc_TypeError,
                            "code object passed to eval() may not contain free variables");
        return PyEval_EvalCode(source, scope.globals, scope.locals);
    }
    if (!is_text(source))
        return kr_raise(PyExc_TypeError, "eval() arg 1 must be a string, bytes or code object");
    KR_AUTO PyObject *text = without_indentation(source);
    KR_AUTO PyObject *code = text == NULL ? NULL : compile_text(text, "eval");
    return code == NULL ? NULL : PyEval_EvalCode(code, scope.globals, scope.locals);
}

static int check_closure(PyObject *code, PyObject *closure)
{
    Py_ssize_t count = free_variable_count(code);
    if (count == 0) {
        if (closure == NULL) return 0;
        return kr_raise_int(PyExc_TypeError, "cannot use a closure with this code object");
    }
    int fits = closure != NULL && PyTuple_CheckExact(closure)
        && PyTuple_GET_SIZE(closure) == count;
    for (Py_ssize_t i = 0; fits && i < count; i++)
        fits = PyCell_Check(PyTuple_GET_ITEM(closure, i));
    if (fits) return 0;
    return kr_raise_int(PyExc_TypeError, "code object requires a closure of exactly length %zd",
                        count);
}

static PyObject *exec_code(PyObject *code, Scope scope, PyObject *closure)
{
    if (check_closure(code, closure) < 0 || PySys_Audit("exec", "O", code) < 0) return NULL;
    if (closure == NULL) return PyEval_EvalCode(code, scope.globals, scope.locals);
    return PyEval_EvalCodeEx(code, scope.globals, scope.locals, NULL, 0, NULL, 0, NULL, 0, NULL,
                             closure);
}

METHOD(exec, "module, source, globals = None, locals = None, /, *, closure: object = None",
       "Execute the given source in the context of globals and locals.\n\nThe source may be a "
       "string representing one or more Python statements\nor a code object as returned by "
       "compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting "
       "to the current globals and locals.\nIf only globals is given, locals defaults to it.\n"
       "The closure must be a tuple of cellvars, and can only be used\nwhen source is a code "
       "object requiring exactly that many cellvars.")
static PyObject *code_exec(PyObject *module, PyObject *source, PyObject *globals, PyObject *locals,
                           PyObject *closure)
{
    Scope scope = {globals, locals};
    if (complete_scope(&scope, "exec") < 0) return NULL;
    if (!PyDict_Check(scope.globals))
        return kr_raise(PyExc_TypeError, "exec() globals must be a dict, not %.100s",
                        Py_TYPE(scope.globals)->tp_name);
    if (!PyMapping_Check(scope.locals))
        return kr_raise(PyExc_TypeError, "locals must be a mapping or None, not %.100s",
                        Py_TYPE(scope.locals)->tp_name);
    if (add_builtins(scope.globals) < 0) return NULL;
    if (closure == Py_None) closure = NULL;
    PyObject *result;
    if (PyCode_Check(source)) {
        result = exec_code(source, scope, closure);
    } else {
        if (closure != NULL)
            return kr_raise(PyExc_TypeError,
                            "closure can only be used when source is a code object");
        if (!is_text(source))
            return kr_raise(PyExc_TypeError,
                            "exec() arg 1 must be a string, bytes or code object");
        KR_AUTO PyObject *code = compile_text(source, "exec");
        result = code == NULL ? NULL : PyEval_EvalCode(code, scope.globals, scope.locals);
    }
    if (result == NULL) return NULL;
    Py_DECREF(result);
    Py_RETURN_NONE;
}

// --- imports and the debugger -------------------------------------------------------------------

METHOD(__import__, "module, name, globals = None, locals = None, fromlist = (), level: int = 0",
       "Import a module.\n\nBecause this function is meant for use by the Python\ninterpreter and "
       "not for general use, it is better to use\nimportlib.import_module() to programmatically "
       "import a module.\n\nThe globals argument is only used to determine the context;\nthey "
       "are not modified.  The locals argument is unused.  The fromlist\nshould be a list of "
       "names to emulate ``from name import ...``, or an\nempty list to emulate ``import "
       "name``.\nWhen importing a module from a package, note that __import__('A.B', ...)\n"
       "returns package A when fromlist is empty, but its submodule B when\nfromlist is not "
       "empty.  The level argument is used to determine whether to\nperform absolute or "
       "relative imports: 0 is absolute, while a positive number\nis the number of parent "
       "directories to search relative to the current module.")
static PyObject *code___import__(PyObject *module, PyObject *name, PyObject *globals,
                                 PyObject *locals, PyObject *from_list, int level)
{
    return PyImport_ImportModuleLevelObject(name, globals == Py_None ? NULL : globals,
                                            locals == Py_None ? NULL : locals, from_list, level);
}

METHOD(breakpoint, "module, *args: array, **kws",
       "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws).  sys.breakpointhook() "
       "must accept\nwhatever arguments are passed.\n\nBy default, this drops you into the pdb "
       "debugger.")
static PyObject *code_breakpoint(PyObject *module, PyObject *const *args, Py_ssize_t count,
                                 PyObject *keywords)
{
    PyObject *hook = PySys_GetObject("breakpointhook");
    if (hook == NULL) return kr_raise(PyExc_RuntimeError, "lost sys.breakpointhook");
    if (PySys_Audit("builtins.breakpoint", "O", hook) < 0) return NULL;
    KR_AUTO PyObject *held = Py_NewRef(hook);
    return PyObject_VectorcallDict(held, args, (size_t)count, keywords);
}

#include "modules/builtins/code.methods.h"

int kr_builtins_add_code(PyObject *module)
{
    return PyModule_AddFunctions(module, code_methods);
}
