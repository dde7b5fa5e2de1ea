// text_test.c - the floor text: codecs, search, Unicode data, normal forms, numbers, format specs.
#include "harness.h"

#include "base/memory.h"
#include "text/casing.h"
#include "text/decode.h"
#include "text/digits.h"
#include "text/encode.h"
#include "text/format_spec.h"
#include "text/normalize.h"
#include "text/search.h"
#include "text/unicode.h"
#include "text/unicode_data.h"
#include "text/unicode_names.h"

static KrText ascii(const char *text)
{
    return (KrText){text, (ptrdiff_t)strlen(text), 1};
}

static KrDecodePrefix check_utf8(const char *text)
{
    KrDecodePrefix prefix;
    kr_utf8_check((const uint8_t *)text, (ptrdiff_t)strlen(text), &prefix);
    return prefix;
}

TEST(utf8)
{
    KrDecodePrefix prefix = check_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(prefix.bad == 0 && prefix.characters == 4 && prefix.max_char == 0x10ffff);
    uint32_t characters[4];
    kr_utf8_decode((const uint8_t *)"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", prefix.bytes, 4,
                   characters);
    CHECK(characters[1] == 0xe9 && characters[2] == 0x20ac && characters[3] == 0x1f600);
    uint8_t bytes[16];
    CHECK(kr_utf8_encode((KrText){characters, 4, 4}, bytes) == 10);
    prefix = check_utf8("ab\xed\xa0\x80");
    CHECK(prefix.bytes == 2 && prefix.bad == 1);
    CHECK_TEXT(prefix.reason, "invalid continuation byte");
    prefix = check_utf8("\xf0\x9f\x98");
    CHECK(prefix.bad == 3 && prefix.incomplete);
    prefix = check_utf8("\xff");
    CHECK_TEXT(prefix.reason, "invalid start byte");
}

TEST(utf16)
{
    KrDecodePrefix prefix;
    kr_utf16_check((const uint8_t *)"\x3d\xd8\x00\xde\x61\x00", 6, 0, &prefix);
    CHECK(prefix.characters == 2 && prefix.bad == 0 && prefix.max_char == 0x10ffff);
    kr_utf16_check((const uint8_t *)"\x00\xd8\x61\x00", 4, 0, &prefix);
    CHECK(prefix.bad == 2);
    CHECK_TEXT(prefix.reason, "illegal UTF-16 surrogate");
}

TEST(escapes)
{
    uint32_t characters[64];
    KrDecodeStop stop;
    ptrdiff_t invalid;
    const char *source = "\\x41\\u00e9\\N{DASH}\\q";
    kr_unicode_escape_decode((const uint8_t *)source, (ptrdiff_t)strlen(source),
                             kr_unicode_find_name, characters, &stop, &invalid);
    CHECK_TEXT(stop.reason, "unknown Unicode character name");
    CHECK(stop.consumed == 10 && stop.end == 18 && characters[0] == 'A' && characters[1] == 0xe9);
}

TEST(searching)
{
    CHECK(kr_search_find(ascii("hello world"), ascii("o w")) == 4);
    CHECK(kr_search_find(ascii("hello"), ascii("xyz")) == -1);
    CHECK(kr_search_find_last(ascii("abcabc"), ascii("abc")) == 3);
    CHECK(kr_search_count(ascii("aaaa"), ascii("aa"), 100) == 2);
    CHECK(kr_search_count(ascii("abc"), ascii(""), 100) == 4);
    // Worst case of the simple way: the Two-Way search takes over.
    static char text[100001], pattern[502];
    memset(text, 'a', 100000);
    memset(pattern, 'a', 500);
    pattern[250] = 'b';
    CHECK(kr_search_find(ascii(text), ascii(pattern)) == -1);
    memcpy(text + 70000, pattern, 500);
    CHECK(kr_search_find(ascii(text), ascii(pattern)) == 70000);
}

TEST(properties)
{
    CHECK(kr_unicode_is_alpha(0xe9) && !kr_unicode_is_alpha('1') && kr_unicode_is_upper(0x391));
    CHECK(kr_unicode_decimal(0x663) == 3 && kr_unicode_numeric(0xbd) == 0.5
          && kr_unicode_digit(0xb2) == 2);
    CHECK(kr_unicode_to_upper(0xff) == 0x178 && kr_unicode_to_lower(0x130) == 'i');
    uint32_t full[3];
    CHECK(kr_unicode_upper_full(0xdf, full) == 2 && full[0] == 'S' && full[1] == 'S');
    CHECK_TEXT(kr_unicode_category_names[kr_unicode_data('A')->category], "Lu");
    CHECK(!kr_unicode_is_printable(0x378) && kr_unicode_is_xid_start('_') == 0);
}

TEST(names)
{
    char name[KR_UNICODE_NAME_SIZE];
    CHECK(kr_unicode_name(0x20ac, name) == 9);
    CHECK_TEXT(name, "EURO SIGN");
    CHECK(kr_unicode_name(0xd55c, name) > 0);
    CHECK_TEXT(name, "HANGUL SYLLABLE HAN");
    CHECK(kr_unicode_find_name("euro sign", 9) == 0x20ac
          && kr_unicode_find_name("LINE FEED", 9) == 10);
    CHECK(kr_unicode_find_name("CJK UNIFIED IDEOGRAPH-4E00", 26) == 0x4e00);
    CHECK(kr_unicode_find_name("no such thing", 13) == -1);
}

TEST(normal_forms)
{
    const uint16_t decomposed[] = {'e', 0x301, 0x1100, 0x1161, 0x11a8};
    uint32_t *characters;
    ptrdiff_t count;
    CHECK(kr_normalize((KrText){decomposed, 5, 2}, KR_NFC, 0, &characters, &count) == 0);
    CHECK(count == 2 && characters[0] == 0xe9 && characters[1] == 0xac01);
    kr_memory_free(characters);
    CHECK(kr_normalize_check((KrText){decomposed, 5, 2}, KR_NFD) == 1);
    CHECK(kr_normalize_check(ascii("plain"), KR_NFKC) == 1);
}

TEST(casing)
{
    const uint16_t sigmas[] = {0x39f, 0x3a3, ' ', 0x3a3};
    uint32_t characters[12], largest;
    CHECK(kr_casing_convert((KrText){sigmas, 4, 2}, KR_CASE_LOWER, characters, &largest) == 4);
    CHECK(characters[1] == 0x3c2 && characters[3] == 0x3c3);
    CHECK(kr_casing_convert(ascii("they're"), KR_CASE_TITLE, characters, &largest) == 7);
    CHECK(characters[0] == 'T' && characters[5] == 'R');
}

TEST(numbers)
{
    uint32_t digits[8];
    char text[32] = {0};
    ptrdiff_t count = kr_digits_from_text("123456789012345678901234567890", 30, 10, digits);
    CHECK(count == 4);
    CHECK(kr_digits_to_decimal(digits, count, text) == 30);
    CHECK_TEXT(text, "123456789012345678901234567890");
    count = kr_digits_from_text("00ff", 4, 16, digits);
    CHECK(count == 1 && digits[0] == 255);
    CHECK(kr_digits_binary_size(digits, count, 3) == 3);
}

TEST(format_specs)
{
    KrFormatSpec spec;
    CHECK(kr_format_spec_parse(ascii("*^+#10,.3f"), 0, '>', &spec) == KR_SPEC_OK);
    CHECK(spec.fill == '*' && spec.align == '^' && spec.sign == '+' && spec.alternate
          && spec.width == 10);
    CHECK(spec.grouping == ',' && spec.precision == 3 && spec.type == 'f');
    CHECK(kr_format_spec_parse(ascii("05"), 'd', '>', &spec) == KR_SPEC_OK && spec.align == '=');
    CHECK(kr_format_spec_parse(ascii("5."), 'd', '>', &spec) == KR_SPEC_MISSING_PRECISION);
    CHECK(kr_format_spec_parse(ascii(",x"), 'd', '>', &spec) == KR_SPEC_GROUPING_WITH_TYPE);
    CHECK(kr_format_spec_parse(ascii("99999999999999999999"), 'd', '>',
                               &spec) == KR_SPEC_TOO_MANY_DIGITS);
}

MAIN("text", utf8, utf16, escapes, searching, properties, names, normal_forms, casing, numbers,
     format_specs)
