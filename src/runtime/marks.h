// marks.h - the lines that generators read above a function; to the compiler they say nothing.
#ifndef KR_RUNTIME_MARKS_H
#define KR_RUNTIME_MARKS_H

#define METHOD(...)
#define CONSTRUCTOR(...)
#define INITIALIZER(...)
#define GETTER(...)
#define SETTER(...)

#endif
