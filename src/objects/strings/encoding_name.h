// encoding_name.h - names of encodings, spelled in one way.
#ifndef KR_OBJECTS_STRINGS_ENCODING_NAME_H
#define KR_OBJECTS_STRINGS_ENCODING_NAME_H

// Lower case letters, digits and dots stay; runs of anything else between them become one '_',
// other than ASCII goes.  [ret_name] has room for [encoding] and its end.
void kr_encoding_normalize(const char *encoding, char *ret_name);

typedef enum KrEncoding {
    KR_ENCODING_OTHER, KR_ENCODING_UTF8, KR_ENCODING_UTF16, KR_ENCODING_UTF32, KR_ENCODING_LATIN1,
    KR_ENCODING_ASCII,
} KrEncoding;

// Which of the encodings that need no registry [encoding] names.
KrEncoding kr_encoding_known(const char *encoding);

#endif
