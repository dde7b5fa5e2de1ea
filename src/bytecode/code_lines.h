// code_lines.h - what Python sees of a code object's lines.
#ifndef KR_BYTECODE_CODE_LINES_H
#define KR_BYTECODE_CODE_LINES_H

#include "bytecode/code.h"

extern PyTypeObject kr_line_iterator_type;
extern PyTypeObject kr_positions_iterator_type;

PyObject *kr_code_lines(PyCodeObject *code); // iterator of (start, end, line)
PyObject *
kr_code_positions(PyCodeObject *code);        // iterator of (line, end line, column, end column)
PyObject *kr_code_lnotab(PyCodeObject *code); // bytes

#endif
