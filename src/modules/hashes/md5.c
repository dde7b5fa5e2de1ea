// md5.c - MD5 (RFC 1321) and SHA-1 (FIPS 180-4): 64-byte blocks, words of 32 bits.
#include "base/bits.h"
#include "modules/hashes/digest.h"

static inline uint32_t rotate(uint32_t word, int count)
{
    return word << count | word >> (32 - count);
}

// Pads with a 1 bit, zeros, and the length in bits, least or most significant byte first.
static void pad(KrDigest *digest, int big_endian)
{
    static const uint8_t padding[64] = {0x80};
    uint64_t bits = digest->total * 8;
    uint8_t length[8];
    kr_digest_update(digest, padding, (size_t)(1 + (119 - digest->filled) % 64));
    if (big_endian)
        kr_store_swapped_64(length, bits);
    else
        kr_store_64(length, bits);
    kr_digest_update(digest, length, 8);
}

static void start(KrDigest *digest)
{
    static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                                        0xc3d2e1f0};
    memcpy(digest->state.words, initial, sizeof initial);
}

// --- MD5 ----------------------------------------------------------------------------------------

// floor(2**32 * |sin(i + 1)|)
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static void md5_absorb(KrDigest *digest, const uint8_t *block)
{
    static const int shifts[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t *s = digest->state.words, a = s[0], b = s[1], c = s[2], d = s[3];
    for (int i = 0; i < 64; i++) {
        int round = i / 16, index = round == 0   ? i
                                    : round == 1 ? 5 * i + 1
                                    : round == 2 ? 3 * i + 5
                                                 : 7 * i;
        uint32_t mix = round == 0   ? (b & c) | (~b & d)
                       : round == 1 ? (d & b) | (~d & c)
                       : round == 2 ? b ^ c ^ d
                                    : c ^ (b | ~d);
        uint32_t sum = a + mix + sines[i] + kr_load_32(block + 4 * (index & 15));
        a = d;
        d = c;
        c = b;
        b += rotate(sum, shifts[round][i & 3]);
    }
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
}

static void md5_finish(KrDigest *digest, uint8_t *ret_bytes)
{
    pad(digest, 0);
    for (int i = 0; i < 4; i++) kr_store_32(ret_bytes + 4 * i, digest->state.words[i]);
}

const KrDigestKind kr_digest_md5 = {"md5", 16, 64, start, md5_absorb, md5_finish, NULL, 0, 0};

// --- SHA-1 --------------------------------------------------------------------------------------

static void sha1_absorb(KrDigest *digest, const uint8_t *block)
{
    uint32_t w[80], *s = digest->state.words, a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    for (int i = 0; i < 16; i++) w[i] = kr_load_swapped_32(block + 4 * i);
    for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t mix = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                       : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                       : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t sum = rotate(a, 5) + mix + e + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = sum;
    }
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
}

static void sha1_finish(KrDigest *digest, uint8_t *ret_bytes)
{
    pad(digest, 1);
    for (int i = 0; i < 5; i++) kr_store_swapped_32(ret_bytes + 4 * i, digest->state.words[i]);
}

const KrDigestKind kr_digest_sha1 = {"sha1", 20, 64, start, sha1_absorb, sha1_finish, NULL, 0, 0};
