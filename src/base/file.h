// file.h - whole files: read at once, replaced at once.
#ifndef KR_BASE_FILE_H
#define KR_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

// Reads all of the file: 0 with a block for kr_memory_free that has a zero byte behind its
// [ret_size] bytes, or -1 with errno set (ENOMEM without memory).
int kr_file_read(const char *path, char **ret_data, ptrdiff_t *ret_size);
// The same from an open descriptor, from its position on.
int kr_file_read_descriptor(int descriptor, char **ret_data, ptrdiff_t *ret_size);

// Writes [data] into a new file beside [path] and renames it there, so that a reader sees the old
// or the new content and nothing between: 0, or -1 with errno set.
int kr_file_replace(const char *path, const void *data, ptrdiff_t size, mode_t mode);

#endif
