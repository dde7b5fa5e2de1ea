// hash_secret.c - random bytes of the system, the hash secret, the hash of addresses.
#include "runtime/hash_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "pyhash.h"
#include "runtime/state.h"

__attribute__((visibility("default"))) _Py_HashSecret_t _Py_HashSecret;

// Where there is no such call (an old kernel): 0, or -1 with errno set.
static int read_device(unsigned char *buffer, size_t size, int (*interrupted)(void))
{
    int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    while (size > 0) {
        ssize_t count = read(descriptor, buffer, size);
        if (count < 0 && errno == EINTR && (interrupted == NULL || interrupted() == 0)) continue;
        if (count <= 0) {
            close(descriptor);
            return -1;
        }
        buffer += count;
        size -= (size_t)count;
    }
    close(descriptor);
    return 0;
}

int kr_random_bytes(void *buffer, size_t size, int may_block, int (*interrupted)(void))
{
    unsigned char *at = buffer;
    while (size > 0) {
        ssize_t count = getrandom(at, size, may_block ? 0 : GRND_NONBLOCK);
        if (count < 0) {
            if (errno == ENOSYS || errno == EPERM || errno == EAGAIN)
                return read_device(at, size, interrupted);
            if (errno == EINTR && (interrupted == NULL || interrupted() == 0)) continue;
            return -1;
        }
        at += count;
        size -= (size_t)count;
    }
    return 0;
}

// The generator behind PYTHONHASHSEED: the same seed gives the same hashes as in CPython.
static void fill_from_seed(unsigned int state, unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        state = state * 214013 + 2531011;
        bytes[i] = (unsigned char)(state >> 16);
    }
}

int kr_hash_secret_init(int use_seed, unsigned long seed)
{
    if (_PyRuntime.hash_secret_is_set) return 0;
    _PyRuntime.hash_secret_is_set = true;
    if (!use_seed) return kr_random_bytes(&_Py_HashSecret, sizeof _Py_HashSecret, 0, NULL);
    if (seed == 0)
        memset(&_Py_HashSecret, 0, sizeof _Py_HashSecret);
    else
        fill_from_seed((unsigned int)seed, _Py_HashSecret.uc, sizeof _Py_HashSecret.uc);
    return 0;
}

// Addresses are multiples of 16: the low bits go to the top.
Py_hash_t _Py_HashPointerRaw(const void *pointer)
{
    size_t value = (size_t)pointer;
    return (Py_hash_t)(value >> 4 | value << (8 * sizeof value - 4));
}

Py_hash_t _Py_HashPointer(const void *pointer)
{
    Py_hash_t hash = _Py_HashPointerRaw(pointer);
    return hash == -1 ? -2 : hash;
}
