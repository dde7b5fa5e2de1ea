// siphash.c - SipHash-1-3: one round a word of eight bytes, three rounds at the end.
#include "base/siphash.h"

#include "base/bits.h"

typedef struct State {
    uint64_t a, b, c, d;
} State;

static inline void mix(State *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = kr_rotate_left(s->b, 13) ^ s->a;
    s->d = kr_rotate_left(s->d, 16) ^ s->c;
    s->a = kr_rotate_left(s->a, 32);
    s->c += s->b;
    s->a += s->d;
    s->b = kr_rotate_left(s->b, 17) ^ s->c;
    s->d = kr_rotate_left(s->d, 21) ^ s->a;
    s->c = kr_rotate_left(s->c, 32);
}

static inline void absorb(State *s, uint64_t word)
{
    s->d ^= word;
    mix(s);
    s->a ^= word;
}

uint64_t kr_hash_bytes(uint64_t key0, uint64_t key1, const void *data, ptrdiff_t size)
{
    assert(size >= 0 && KR_LITTLE_ENDIAN);
    const unsigned char *bytes = data;
    State s = {
        key0 ^ 0x736f6d6570736575u,
        key1 ^ 0x646f72616e646f6du,
        key0 ^ 0x6c7967656e657261u,
        key1 ^ 0x7465646279746573u,
    };
    ptrdiff_t whole = size & ~(ptrdiff_t)7;
    for (ptrdiff_t i = 0; i < whole; i += 8) absorb(&s, kr_load_64(bytes + i));

    uint64_t last = (uint64_t)size << 56;
    for (ptrdiff_t i = whole; i < size; i++) last |= (uint64_t)bytes[i] << (8 * (i - whole));
    absorb(&s, last);

    s.c ^= 0xff;
    for (int round = 0; round < 3; round++) mix(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}
