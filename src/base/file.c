// file.c - reading whole files, and replacing them atomically.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

// Reads until the end or until [capacity] bytes are there: their number, or -1 with errno set.
static ptrdiff_t read_up_to(int descriptor, char *data, ptrdiff_t capacity)
{
    ptrdiff_t size = 0;
    while (size < capacity) {
        ssize_t count = read(descriptor, data + size, (size_t)(capacity - size));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        size += count;
    }
    return size;
}

int kr_file_read_descriptor(int descriptor, char **ret_data, ptrdiff_t *ret_size)
{
    struct stat status;
    if (fstat(descriptor, &status) < 0) return -1;
    ptrdiff_t capacity = S_ISREG(status.st_mode) && status.st_size > 0 ? status.st_size + 1 : 8192;
    char *data = NULL;
    ptrdiff_t size = 0;
    for (;;) {
        char *grown = kr_memory_resize(data, (size_t)capacity + 1);
        ptrdiff_t count = grown ? read_up_to(descriptor, grown + size, capacity - size) : -1;
        if (grown) data = grown;
        if (count < 0) {
            int reason = grown ? errno : ENOMEM;
            kr_memory_free(data);
            errno = reason;
            return -1;
        }
        size += count;
        if (size < capacity) break;
        capacity *= 2;
    }
    data[size] = 0;
    *ret_data = data;
    *ret_size = size;
    return 0;
}

int kr_file_read(const char *path, char **ret_data, ptrdiff_t *ret_size)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    int result = kr_file_read_descriptor(descriptor, ret_data, ret_size);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return result;
}

static int write_all(int descriptor, const char *data, ptrdiff_t size)
{
    while (size > 0) {
        ssize_t count = write(descriptor, data, (size_t)size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        data += count;
        size -= count;
    }
    return 0;
}

int kr_file_replace(const char *path, const void *data, ptrdiff_t size, mode_t mode)
{
    size_t length = strlen(path);
    char *temporary = kr_memory_allocate(length + 40);
    if (temporary == NULL) {
        errno = ENOMEM;
        return -1;
    }
    snprintf(temporary, length + 40, "%s.%ld", path, (long)getpid());
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0666);
    int result = descriptor < 0 ? -1 : write_all(descriptor, data, size);
    int reason = errno;
    if (descriptor >= 0) {
        if (close(descriptor) < 0 && result == 0) {
            result = -1;
            reason = errno;
        }
        if (result == 0 && (result = rename(temporary, path)) < 0) reason = errno;
        if (result < 0) unlink(temporary);
    }
    kr_memory_free(temporary);
    errno = reason;
    return result;
}
