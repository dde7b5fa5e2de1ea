// buffer_layout.h - walking the items of a buffer of any shape.
#ifndef KR_OBJECTS_STRINGS_BUFFER_LAYOUT_H
#define KR_OBJECTS_STRINGS_BUFFER_LAYOUT_H

#include "object.h"
#include "pybuffer.h"

// The memory of item or row [index] of dimension [dimension], of which [row] is the start.
static inline char *kr_buffer_step(const Py_buffer *view, int dimension, char *row,
                                   Py_ssize_t index)
{
    row += index * view->strides[dimension];
    if (view->suboffsets != NULL && view->suboffsets[dimension] >= 0)
        row = *(char **)row + view->suboffsets[dimension];
    return row;
}

// Copies all items to [to] in C order ('C') or Fortran order ('F'), whatever the shape.
void kr_buffer_flatten(const Py_buffer *view, char *to, char order);
// The reverse: [from] has the items in that order.
void kr_buffer_fill(const Py_buffer *view, const char *from, char order);

// What kr_buffer_flatten needs when shape or strides were not asked for: fills [room] (3 entries).
void kr_buffer_complete(Py_buffer *view, Py_ssize_t room[3]);

#endif
