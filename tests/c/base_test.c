// base_test.c - the floor base: memory, arena, vector, bits, SipHash, doubles as text.
#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bits.h"
#include "base/double_text.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/siphash.h"
#include "base/vector.h"

TEST(failing_allocation)
{
    kr_memory_fail_at(2, 0);
    void *first = kr_memory_allocate(8), *second = kr_memory_allocate(8),
        *third = kr_memory_allocate(8);
    CHECK(first && !second && third);
    kr_memory_free(first);
    kr_memory_free(third);
}

TEST(arena_pieces)
{
    KrArena arena = KR_ARENA_EMPTY;
    for (size_t size = 0; size < 20000; size += 997) {
        char *piece = kr_arena_allocate(&arena, size);
        CHECK(piece && ((uintptr_t)piece & 7) == 0);
        memset(piece, 0xab, size);
    }
    CHECK_TEXT(kr_arena_copy(&arena, "text", 4), "text");
    kr_arena_clear(&arena);
    CHECK(arena.total == 0);
}

TEST(vector_growth)
{
    KR_VECTOR(int) numbers = KR_VECTOR_EMPTY;
    for (int i = 0; i < 1000; i++) CHECK(kr_vector_push(&numbers, i) == 0);
    CHECK(numbers.count == 1000 && kr_vector_last(&numbers) == 999
          && kr_vector_pop(&numbers) == 999);
    kr_vector_clear(&numbers);
}

TEST(bit_counts)
{
    CHECK(kr_bit_length(0) == 0 && kr_bit_length(1) == 1 && kr_bit_length(UINT64_MAX) == 64);
    CHECK(kr_next_power_of_two(0) == 1 && kr_next_power_of_two(5) == 8
          && kr_next_power_of_two(8) == 8);
    uint8_t bytes[] = {1, 2, 3, 4};
    CHECK(kr_load_32(bytes) == 0x04030201 && kr_load_swapped_32(bytes) == 0x01020304);
}

// Values of CPython with PYTHONHASHSEED=0, whose key is two zeros.
TEST(siphash_values)
{
    CHECK(kr_hash_bytes(0, 0, "abc", 3) == kr_hash_bytes(0, 0, "abc", 3));
    CHECK(kr_hash_bytes(0, 0, "abc", 3) != kr_hash_bytes(0, 1, "abc", 3));
    CHECK((int64_t)kr_hash_bytes(0, 0, "a", 1) == 4644417185603328019);
    CHECK((int64_t)kr_hash_bytes(0, 0, "hello world", 11) == -5642461784034726774);
}

static const char *repr(double value)
{
    static char text[KR_DOUBLE_REPR_SIZE];
    kr_double_repr(value, text);
    return text;
}

TEST(double_repr)
{
    CHECK_TEXT(repr(0.1), "0.1");
    CHECK_TEXT(repr(1e16), "1e+16");
    CHECK_TEXT(repr(9007199254740993.0), "9007199254740992.0");
    CHECK_TEXT(repr(1e22), "1e+22");
    CHECK_TEXT(repr(-0.0), "-0.0");
    CHECK_TEXT(repr(5e-324), "5e-324");
    CHECK_TEXT(repr(1.7976931348623157e308), "1.7976931348623157e+308");
    CHECK_TEXT(repr(0.0001), "0.0001");
    CHECK_TEXT(repr(0.00001), "1e-05");
    CHECK_TEXT(repr(INFINITY), "inf");
}

static double parse(const char *text)
{
    double value = -1.0;
    CHECK(kr_double_parse(text, (ptrdiff_t)strlen(text), &value) == (ptrdiff_t)strlen(text));
    return value;
}

TEST(double_parse)
{
    CHECK(parse("0.1") == 0.1 && parse("1e400") == INFINITY && parse("1e-400") == 0.0);
    CHECK(parse("2.2250738585072011e-308") == 2.2250738585072011e-308);
    CHECK(parse("9007199254740993") == 9007199254740992.0);
    CHECK(parse("9007199254740993.00000000000000000000000000001") == 9007199254740994.0);
    CHECK(parse(".5e1") == 5.0 && parse("5.") == 5.0);
    double value;
    CHECK(kr_double_parse("e5", 2, &value) == 0 && kr_double_parse("1e", 2, &value) == 1);
}

// Every double reads back from its shortest text.
TEST(double_round_trip)
{
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value, read;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        const char *text = repr(value);
        kr_double_parse(text, (ptrdiff_t)strlen(text), &read);
        CHECK(memcmp(&value, &read, sizeof value) == 0);
    }
}

TEST(double_digits)
{
    KrDecimal decimal;
    CHECK(kr_double_to_places(2.675, 2, &decimal) == 0);
    CHECK(decimal.count == 3 && memcmp(decimal.digits, "267", 3) == 0 && decimal.point == 1);
    CHECK(kr_double_to_digits(0.5, 1, &decimal) == 0 && decimal.point == 0
          && decimal.digits[0] == '5');
    CHECK(kr_double_to_places(2.5, 0, &decimal) == 0 && decimal.digits[0] == '2');
    CHECK(kr_double_to_digits(5e-324, 800, &decimal) == 0 && decimal.count == 751);
    kr_decimal_clear(&decimal);
}

TEST(files)
{
    char path[] = "/tmp/kr_base_test_XXXXXX", *data;
    ptrdiff_t size;
    close(mkstemp(path));
    CHECK(kr_file_replace(path, "hello", 5, 0644) == 0);
    CHECK(kr_file_read(path, &data, &size) == 0 && size == 5);
    CHECK_TEXT(data, "hello");
    kr_memory_free(data);
    unlink(path);
    CHECK(kr_file_read(path, &data, &size) == -1);
}

MAIN("base", failing_allocation, arena_pieces, vector_growth, bit_counts, siphash_values,
     double_repr, double_parse, double_round_trip, double_digits, files)
