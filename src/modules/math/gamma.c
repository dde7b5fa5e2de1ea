// gamma.c - the gamma function by the approximation of Lanczos, with g = 6.0246… and 13 terms.
//
// The coefficients are those of the Boost library's lanczos13m53, as a rational function.
#include <errno.h>
#include <math.h>

#include "modules/math/math.h"

enum { TERMS = 13, WHOLE_NUMBERS = 23 };
static const double G = 6.024680040776729583740234375;
static const double G_MINUS_HALF = 5.524680040776729583740234375;
static const double LOG_PI = 1.144729885849400174143427351353058711647;

static const double numerators[TERMS] = {
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
};
static const double denominators[TERMS] = {
    0.0,       39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0,
    2637558.0, 357423.0,   32670.0,     1925.0,      66.0,        1.0,
};

// (n - 1)! for n = 1 … 23, all of them exact.
static const double factorials[WHOLE_NUMBERS] = {
    1.0,
    1.0,
    2.0,
    6.0,
    24.0,
    120.0,
    720.0,
    5040.0,
    40320.0,
    362880.0,
    3628800.0,
    39916800.0,
    479001600.0,
    6227020800.0,
    87178291200.0,
    1307674368000.0,
    20922789888000.0,
    355687428096000.0,
    6402373705728000.0,
    121645100408832000.0,
    2432902008176640000.0,
    51090942171709440000.0,
    1124000727777607680000.0,
};

static double lanczos_sum(double x)
{
    double top = 0.0, bottom = 0.0;
    // Powers of 1/x for large x, which do not overflow.
    for (int i = 0; i < TERMS; i++) {
        int term = x < 5.0 ? TERMS - 1 - i : i;
        top = (x < 5.0 ? top * x : top / x) + numerators[term];
        bottom = (x < 5.0 ? bottom * x : bottom / x) + denominators[term];
    }
    return top / bottom;
}

// sin(pi * x), exact at multiples of a half.
static double sin_pi(double x)
{
    double y = fmod(fabs(x), 2.0), value;
    switch ((int)round(2.0 * y)) {
    case 0:
        value = sin(M_PI * y);
        break;
    case 1:
        value = cos(M_PI * (y - 0.5));
        break;
    case 2:
        value = sin(M_PI * (1.0 - y));
        break;
    case 3:
        value = -cos(M_PI * (y - 1.5));
        break;
    default:
        value = sin(M_PI * (y - 2.0));
        break;
    }
    return copysign(1.0, x) * value;
}

// value * base**exponent, or divided by it; in two steps where the power alone would overflow.
static double scale_by_power(double value, double base, double exponent, int divide,
                             int in_two_steps)
{
    if (!in_two_steps) return divide ? value / pow(base, exponent) : value * pow(base, exponent);
    double root = pow(base, exponent / 2.0);
    return divide ? value / root / root : value * root * root;
}

double kr_math_gamma(double x)
{
    if (isnan(x) || x == INFINITY) return x;
    if (x == -INFINITY || x == 0.0) {
        errno = EDOM;
        return x == 0.0 ? copysign(INFINITY, x) : NAN;
    }
    if (x == floor(x)) {
        if (x < 0.0) {
            errno = EDOM;
            return NAN;
        }
        if (x <= WHOLE_NUMBERS) return factorials[(int)x - 1];
    }
    double size = fabs(x);
    if (size < 1e-20) {
        double value = 1.0 / x;
        if (isinf(value)) errno = ERANGE;
        return value;
    }
    if (size > 200.0) {
        if (x < 0.0) return 0.0 / sin_pi(x);
        errno = ERANGE;
        return INFINITY;
    }
    double y = size + G_MINUS_HALF;
    // What was lost in the addition, as a correction of the power.
    double lost = size > G_MINUS_HALF ? (y - size) - G_MINUS_HALF : (y - G_MINUS_HALF) - size;
    double correction = lost * G / y, value;
    if (x < 0.0) {
        value = -M_PI / sin_pi(size) / size * exp(y) / lanczos_sum(size);
        value -= correction * value;
    } else {
        value = lanczos_sum(size) / exp(y);
        value += correction * value;
    }
    value = scale_by_power(value, y, size - 0.5, x < 0.0, size >= 140.0);
    if (isinf(value)) errno = ERANGE;
    return value;
}

double kr_math_lgamma(double x)
{
    if (isnan(x)) return x;
    if (isinf(x)) return INFINITY;
    if (x == floor(x) && x <= 2.0) {
        if (x > 0.0) return 0.0;
        errno = EDOM;
        return INFINITY;
    }
    double size = fabs(x);
    if (size < 1e-20) return -log(size);
    double value = log(lanczos_sum(size)) - G;
    value += (size - 0.5) * (log(size + G - 0.5) - 1.0);
    if (x < 0.0) value = LOG_PI - log(fabs(sin_pi(size))) - log(size) - value;
    if (isinf(value)) errno = ERANGE;
    return value;
}
