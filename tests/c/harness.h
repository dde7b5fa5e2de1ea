// harness.h - the little that C tests need: TEST bodies, CHECK, and a last line that counts.
//
//     TEST(name) { CHECK(1 + 1 == 2); CHECK_TEXT(text, "expected"); }
//     MAIN("base", name, …)
#ifndef KR_TESTS_HARNESS_H
#define KR_TESTS_HARNESS_H

#include <stdio.h>
#include <string.h>

static int harness_checks, harness_failures;

#define TEST(name) static void name(void)

#define CHECK(condition)                                                                          \
    do {                                                                                          \
        harness_checks++;                                                                         \
        if (!(condition)) {                                                                       \
            harness_failures++;                                                                   \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                \
        }                                                                                         \
    } while (0)

#define CHECK_TEXT(text, expected)                                                                \
    do {                                                                                          \
        harness_checks++;                                                                         \
        if (strcmp(text, expected) != 0) {                                                        \
            harness_failures++;                                                                   \
            printf("%s:%d: \"%s\", not \"%s\"\n", __FILE__, __LINE__, text, expected);            \
        }                                                                                         \
    } while (0)

#define MAIN(name, ...)                                                                           \
    int main(void)                                                                                \
    {                                                                                             \
        void (*const tests[])(void) = {__VA_ARGS__};                                              \
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) tests[i]();                     \
        printf("%s: %d checks, %d failed\n", name, harness_checks, harness_failures);             \
        return harness_failures != 0;                                                             \
    }

#endif
