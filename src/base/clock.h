// clock.h - the system's clocks, in nanoseconds.
#ifndef KR_BASE_CLOCK_H
#define KR_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

// Nanoseconds of a clock (CLOCK_MONOTONIC, CLOCK_REALTIME, …): 0, or -1 with errno set.
static inline int kr_clock_read(clockid_t clock, int64_t *ret_nanoseconds)
{
    struct timespec now;
    if (clock_gettime(clock, &now) < 0) return -1;
    *ret_nanoseconds = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    return 0;
}

// Nanoseconds since some fixed point; never goes back.
static inline int64_t kr_clock_monotonic(void)
{
    int64_t now = 0;
    (void)kr_clock_read(CLOCK_MONOTONIC, &now);
    return now;
}

// Nanoseconds since 1970-01-01 UTC.
static inline int64_t kr_clock_wall(void)
{
    int64_t now = 0;
    (void)kr_clock_read(CLOCK_REALTIME, &now);
    return now;
}

#endif
