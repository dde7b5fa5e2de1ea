// sha2.c - SHA-224, SHA-256, SHA-384, SHA-512 (FIPS 180-4).
//
// The constants are the fractions of square roots (initial states) and cube roots of the first
// primes; those of the 32-bit functions are the upper halves of the 64-bit ones.
#include "base/bits.h"
#include "modules/hashes/digest.h"

static const uint64_t cube_roots[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

static const uint64_t initial_224[8] = {
    0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
};
static const uint64_t initial_256[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};
static const uint64_t initial_384[8] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};
static const uint64_t initial_512[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static inline uint32_t right(uint32_t word, int count)
{
    return word >> count | word << (32 - count);
}

static inline uint64_t right_long(uint64_t word, int count)
{
    return word >> count | word << (64 - count);
}

static void start_words(KrDigest *digest)
{
    for (int i = 0; i < 8; i++) digest->state.words[i] = (uint32_t)digest->kind->initial[i];
}

static void start_longs(KrDigest *digest)
{
    memcpy(digest->state.longs, digest->kind->initial, 8 * sizeof(uint64_t));
}

static void absorb_words(KrDigest *digest, const uint8_t *block)
{
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) w[i] = kr_load_swapped_32(block + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[i - 7]
               + (right(b, 17) ^ right(b, 19) ^ b >> 10);
    }
    memcpy(v, digest->state.words, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t a = v[0], e = v[4];
        uint32_t first = v[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25))
                         + ((e & v[5]) ^ (~e & v[6])) + (uint32_t)(cube_roots[i] >> 32) + w[i];
        uint32_t second = (right(a, 2) ^ right(a, 13) ^ right(a, 22))
                          + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; i++) digest->state.words[i] += v[i];
}

static void absorb_longs(KrDigest *digest, const uint8_t *block)
{
    uint64_t w[80], v[8];
    for (int i = 0; i < 16; i++) w[i] = kr_load_swapped_64(block + 8 * i);
    for (int i = 16; i < 80; i++) {
        uint64_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (right_long(a, 1) ^ right_long(a, 8) ^ a >> 7) + w[i - 7]
               + (right_long(b, 19) ^ right_long(b, 61) ^ b >> 6);
    }
    memcpy(v, digest->state.longs, sizeof v);
    for (int i = 0; i < 80; i++) {
        uint64_t a = v[0], e = v[4];
        uint64_t first = v[7] + (right_long(e, 14) ^ right_long(e, 18) ^ right_long(e, 41))
                         + ((e & v[5]) ^ (~e & v[6])) + cube_roots[i] + w[i];
        uint64_t second = (right_long(a, 28) ^ right_long(a, 34) ^ right_long(a, 39))
                          + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; i++) digest->state.longs[i] += v[i];
}

// Pads with a 1 bit, zeros, and the length in bits as 8 or 16 bytes.
static void pad(KrDigest *digest, int length_size)
{
    static const uint8_t padding[128] = {0x80};
    uint64_t total = digest->total;
    int block = digest->kind->block_size;
    uint8_t length[16] = {0};
    kr_digest_update(digest, padding,
                     (size_t)(1 + (2 * block - 1 - length_size - digest->filled) % block));
    kr_store_swapped_64(length + length_size - 8, total * 8);
    if (length_size == 16) length[7] = (uint8_t)(total >> 61);
    kr_digest_update(digest, length, (size_t)length_size);
}

static void finish_words(KrDigest *digest, uint8_t *ret_bytes)
{
    pad(digest, 8);
    for (int i = 0; i < digest->kind->digest_size / 4; i++)
        kr_store_swapped_32(ret_bytes + 4 * i, digest->state.words[i]);
}

static void finish_longs(KrDigest *digest, uint8_t *ret_bytes)
{
    pad(digest, 16);
    for (int i = 0; i < digest->kind->digest_size / 8; i++)
        kr_store_swapped_64(ret_bytes + 8 * i, digest->state.longs[i]);
}

const KrDigestKind kr_digest_sha224 = {
    "sha224", 28, 64, start_words, absorb_words, finish_words, initial_224, 0, 0};
const KrDigestKind kr_digest_sha256 = {
    "sha256", 32, 64, start_words, absorb_words, finish_words, initial_256, 0, 0};
const KrDigestKind kr_digest_sha384 = {
    "sha384", 48, 128, start_longs, absorb_longs, finish_longs, initial_384, 0, 0};
const KrDigestKind kr_digest_sha512 = {
    "sha512", 64, 128, start_longs, absorb_longs, finish_longs, initial_512, 0, 0};
