// calendar.c - the proleptic Gregorian calendar: days, ordinals, ISO weeks.  No objects here.
#include "modules/_datetime/datetimes.h"

static const int days_before[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int kr_calendar_days_in_month(int year, int month)
{
    assert(month >= 1 && month <= 12);
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int kr_calendar_days_before_year(int year)
{
    int past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

int kr_calendar_day_of_year(int year, int month, int day)
{
    return days_before[month] + (month > 2 && is_leap(year)) + day;
}

int kr_calendar_ordinal(int year, int month, int day)
{
    return kr_calendar_days_before_year(year) + kr_calendar_day_of_year(year, month, day);
}

void kr_calendar_from_ordinal(int ordinal, KrMoment *ret_day)
{
    assert(ordinal >= 1);
    int rest = ordinal - 1, year = (int)((int64_t)rest * 400 / 146097) + 1;
    while (kr_calendar_days_before_year(year) > rest) year--;
    while (kr_calendar_days_before_year(year + 1) <= rest) year++;
    rest -= kr_calendar_days_before_year(year);
    int month = rest / 32 + 1;
    if (month < 12 && kr_calendar_day_of_year(year, month + 1, 1) <= rest + 1) month++;
    ret_day->year = year;
    ret_day->month = month;
    ret_day->day = rest + 2 - kr_calendar_day_of_year(year, month, 1);
}

int kr_calendar_weekday(int year, int month, int day)
{
    return (kr_calendar_ordinal(year, month, day) + 6) % 7;
}

// Week 1 is the one with the year's first Thursday.
int kr_calendar_first_monday(int year)
{
    int first = kr_calendar_ordinal(year, 1, 1), weekday = (first + 6) % 7;
    return first - weekday + (weekday > 3 ? 7 : 0);
}

int kr_calendar_from_iso(int year, int week, int weekday, KrMoment *ret_day)
{
    if (year < KR_MIN_YEAR || year > KR_MAX_YEAR)
        return kr_raise_int(PyExc_ValueError, "Year is out of range: %d", year);
    int weeks = 52;
    if (week == 53) weeks = (kr_calendar_first_monday(year + 1) - kr_calendar_first_monday(year)) / 7;
    if (week < 1 || week > weeks) return kr_raise_int(PyExc_ValueError, "Invalid week: %d", week);
    if (weekday < 1 || weekday > 7)
        return kr_raise_int(PyExc_ValueError, "Invalid weekday: %d (range is [1, 7])", weekday);
    int ordinal = kr_calendar_first_monday(year) + (week - 1) * 7 + weekday - 1;
    if (ordinal < 1) return kr_raise_int(PyExc_ValueError, "ordinal must be >= 1");
    kr_calendar_from_ordinal(ordinal, ret_day);
    return 0;
}

int kr_calendar_check_date(int year, int month, int day)
{
    if (year < KR_MIN_YEAR || year > KR_MAX_YEAR)
        return kr_raise_int(PyExc_ValueError, "year %i is out of range", year);
    if (month < 1 || month > 12) return kr_raise_int(PyExc_ValueError, "month must be in 1..12");
    if (day < 1 || day > kr_calendar_days_in_month(year, month))
        return kr_raise_int(PyExc_ValueError, "day is out of range for month");
    return 0;
}

int kr_calendar_check_time(const KrMoment *moment, int fold)
{
    if (moment->hour < 0 || moment->hour > 23)
        return kr_raise_int(PyExc_ValueError, "hour must be in 0..23");
    if (moment->minute < 0 || moment->minute > 59)
        return kr_raise_int(PyExc_ValueError, "minute must be in 0..59");
    if (moment->second < 0 || moment->second > 59)
        return kr_raise_int(PyExc_ValueError, "second must be in 0..59");
    if (moment->microsecond < 0 || moment->microsecond > 999999)
        return kr_raise_int(PyExc_ValueError, "microsecond must be in 0..999999");
    if (fold != 0 && fold != 1) return kr_raise_int(PyExc_ValueError, "fold must be either 0 or 1");
    return 0;
}

int64_t kr_calendar_seconds(const KrMoment *moment)
{
    int64_t days = kr_calendar_ordinal(moment->year, moment->month, moment->day);
    return ((days * 24 + moment->hour) * 60 + moment->minute) * 60 + moment->second;
}

void kr_calendar_from_tm(const struct tm *tm, KrMoment *ret_moment)
{
    *ret_moment = (KrMoment){tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min,
                             tm->tm_sec < 59 ? tm->tm_sec : 59, 0};
}
