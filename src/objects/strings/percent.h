// percent.h - the operator % of str and bytes.
#ifndef KR_OBJECTS_STRINGS_PERCENT_H
#define KR_OBJECTS_STRINGS_PERCENT_H

#include "object.h"
#include "text/text.h"

// format % args as a str; [is_bytes]: the rules of bytes, on Latin-1 text.
PyObject *kr_percent_format(KrText format, PyObject *args, int is_bytes);

#endif
