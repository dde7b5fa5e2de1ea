// codec_handlers.h - the error handlers that are always there.
#ifndef KR_OBJECTS_STRINGS_CODEC_HANDLERS_H
#define KR_OBJECTS_STRINGS_CODEC_HANDLERS_H

// Registers strict, ignore, replace, …: 0 or -1.
int kr_codec_handlers_register(void);

#endif
