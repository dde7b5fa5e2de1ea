// disassemble.c - text of a code object.
//
//     code f, file "x.py", line 1: 2 arguments, stack 3, flags 0x3
//        2    2 LOAD_FAST                    0 (x)
//
// Columns: line (where it changes), offset in bytes, name, argument, what the argument means.
#include "bytecode/disassemble.h"

#include "bytecode/exception_table.h"
#include "bytecode/opcodes.h"
#include "object.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

static int write_text(FILE *out, PyObject *string)
{
    const char *text = string == NULL ? NULL : PyUnicode_AsUTF8(string);
    if (text == NULL) return -1;
    fputs(text, out);
    return 0;
}

static int write_repr(FILE *out, PyObject *object)
{
    KR_AUTO PyObject *repr = PyObject_Repr(object);
    fputs(" (", out);
    if (write_text(out, repr) < 0) return -1;
    fputc(')', out);
    return 0;
}

static int write_name(FILE *out, PyObject *tuple, int index)
{
    if (index >= PyTuple_GET_SIZE(tuple)) return 0;
    fputs(" (", out);
    if (write_text(out, PyTuple_GET_ITEM(tuple, index)) < 0) return -1;
    fputc(')', out);
    return 0;
}

// [end]: offset of the next instruction, from which jumps count.
static int write_meaning(FILE *out, PyCodeObject *code, int opcode, int argument, int end)
{
    int flags = kr_opcode_flags[opcode];
    if (flags & KR_OPCODE_CONST && argument < PyTuple_GET_SIZE(code->co_consts))
        return write_repr(out, PyTuple_GET_ITEM(code->co_consts, argument));
    if (flags & KR_OPCODE_NAME)
        return write_name(out, code->co_names,
                          opcode == OP_LOAD_GLOBAL ? argument >> 1 : argument);
    if (flags & (KR_OPCODE_LOCAL | KR_OPCODE_FREE))
        return write_name(out, code->co_localsplusnames, argument);
    if (flags & KR_OPCODE_JUMP)
        fprintf(out, " (to %d)",
                flags & KR_OPCODE_BACKWARD ? end - 2 * argument : end + 2 * argument);
    if (opcode == OP_BINARY_OP && argument < KR_NB_COUNT)
        fprintf(out, " (%s)", kr_binary_operation_names[argument]);
    return 0;
}

static int write_instructions(FILE *out, PyCodeObject *code)
{
    const uint8_t *bytes = (const uint8_t *)PyBytes_AS_STRING(code->_co_code);
    int size = (int)PyBytes_GET_SIZE(code->_co_code), line = -2;
    unsigned argument = 0;
    for (int offset = 0; offset < size; offset += 2) {
        int opcode = bytes[offset], here = kr_code_location(code, offset).line;
        argument = argument << 8 | bytes[offset + 1];
        if (opcode == OP_EXTENDED_ARG) continue;
        if (here != line && here >= 0) fprintf(out, "%6d", here);
        else fputs("      ", out);
        line = here;
        fprintf(out, " %5d ", offset);
        if (kr_opcode_names[opcode] == NULL) fprintf(out, "<%d>", opcode);
        else if (opcode < KR_OPCODE_FIRST_WITH_ARGUMENT) fputs(kr_opcode_names[opcode], out);
        else {
            fprintf(out, "%-28s %4u", kr_opcode_names[opcode], argument);
            if (write_meaning(out, code, opcode, (int)argument, offset + 2) < 0) return -1;
        }
        fputc('\n', out);
        offset += 2 * kr_opcode_caches[opcode];
        argument = 0;
    }
    return 0;
}

static void write_handlers(FILE *out, PyCodeObject *code)
{
    const uint8_t *position = (const uint8_t *)PyBytes_AS_STRING(code->co_exceptiontable);
    const uint8_t *end = position + PyBytes_GET_SIZE(code->co_exceptiontable);
    KrExceptionEntry entry;
    while ((position = kr_exception_table_next(position, end, &entry)) != NULL) {
        fprintf(out, "       exceptions in %d to %d go to %d, stack %d%s\n", entry.start * 2,
                entry.end * 2, entry.target * 2, entry.depth,
                entry.push_lasti ? ", with offset" : "");
        if (position == end) break;
    }
}

int kr_code_dump(FILE *out, PyCodeObject *code)
{
    fputs("code ", out);
    if (write_text(out, code->co_qualname) < 0) return -1;
    fputs(", file \"", out);
    if (write_text(out, code->co_filename) < 0) return -1;
    fprintf(out, "\", line %d: %d arguments, stack %d, flags 0x%x\n", code->co_firstlineno,
            code->co_argcount + code->co_kwonlyargcount, code->co_stacksize,
            (unsigned)code->co_flags);
    if (write_instructions(out, code) < 0) return -1;
    write_handlers(out, code);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (!PyCode_Check(constant)) continue;
        fputc('\n', out);
        if (kr_code_dump(out, (PyCodeObject *)constant) < 0) return -1;
    }
    return 0;
}
