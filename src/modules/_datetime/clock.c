// clock.c - timestamps to wall-clock time and back, by the system's local time.
//
// A wall-clock time may exist twice (fold) or not at all (gap) when clocks are changed; which it is
// shows in the local time a day before and after.
#include "modules/_datetime/datetimes.h"

#define EPOCH_SECONDS ((int64_t)719163 * KR_DAY_SECONDS)     // of 1970-01-01, as kr_calendar_seconds
#define PROBE_DISTANCE KR_DAY_SECONDS                        // no change of clocks is larger

int kr_clock_utc(int64_t timestamp, KrMoment *ret_moment)
{
    struct tm tm;
    if (_PyTime_gmtime(timestamp, &tm) < 0) return -1;
    kr_calendar_from_tm(&tm, ret_moment);
    return kr_calendar_check_date(ret_moment->year, ret_moment->month, ret_moment->day);
}

// Seconds on the local clock at [timestamp], counted as timestamps are.
static int local_seconds(int64_t timestamp, int64_t *ret_seconds)
{
    struct tm tm;
    KrMoment moment;
    if (_PyTime_localtime(timestamp, &tm) < 0) return -1;
    kr_calendar_from_tm(&tm, &moment);
    if (kr_calendar_check_date(moment.year, moment.month, moment.day) < 0) return -1;
    *ret_seconds = kr_calendar_seconds(&moment) - EPOCH_SECONDS;
    return 0;
}

int kr_clock_local(int64_t timestamp, KrMoment *ret_moment, int *ret_fold)
{
    struct tm tm;
    if (_PyTime_localtime(timestamp, &tm) < 0) return -1;
    kr_calendar_from_tm(&tm, ret_moment);
    if (kr_calendar_check_date(ret_moment->year, ret_moment->month, ret_moment->day) < 0) return -1;
    *ret_fold = 0;
    int64_t wall = kr_calendar_seconds(ret_moment) - EPOCH_SECONDS, before, again;
    if (wall + EPOCH_SECONDS < 3 * PROBE_DISTANCE) return 0;      // year 1 has no day before
    if (local_seconds(timestamp - PROBE_DISTANCE, &before) < 0) return -1;
    int64_t change = wall - before - PROBE_DISTANCE;
    if (change >= 0) return 0;
    if (local_seconds(timestamp + change, &again) < 0) return -1;
    *ret_fold = again == wall;
    return 0;
}

int kr_clock_timestamp(const KrMoment *wall, int fold, int64_t *ret_timestamp)
{
    int64_t time = kr_calendar_seconds(wall) - EPOCH_SECONDS, first_wall, second_wall, shifted;
    if (local_seconds(time, &first_wall) < 0) return -1;
    int64_t offset = first_wall - time, first = time - offset, other_offset;
    if (local_seconds(first, &first_wall) < 0) return -1;
    if (first_wall == time) {
        // One solution; the other, if there is one, has the offset of the day before or after.
        int64_t probe = first + (fold ? PROBE_DISTANCE : -PROBE_DISTANCE);
        if (local_seconds(probe, &shifted) < 0) return -1;
        other_offset = shifted - probe;
        if (other_offset == offset) {
            *ret_timestamp = first;
            return 0;
        }
    } else
        other_offset = first_wall - first;
    int64_t second = time - other_offset;
    if (local_seconds(second, &second_wall) < 0) return -1;
    if (second_wall == time) *ret_timestamp = second;
    else if (first_wall == time) *ret_timestamp = first;
    else *ret_timestamp = (first > second) == (fold == 0) ? first : second;     // in a gap
    return 0;
}

PyObject *kr_clock_zone(int64_t timestamp)
{
    struct tm tm;
    if (_PyTime_localtime(timestamp, &tm) < 0) return NULL;
    KR_AUTO PyObject *offset = kr_delta_new(0, (int)tm.tm_gmtoff, 0, 1, &kr_delta_type);
    KR_AUTO PyObject *name = PyUnicode_DecodeLocale(tm.tm_zone, "surrogateescape");
    if (offset == NULL || name == NULL) return NULL;
    return kr_zone_new(offset, name);
}
