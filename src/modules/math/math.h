// math.h - what the files of the module math share.
#ifndef KR_MODULES_MATH_MATH_H
#define KR_MODULES_MATH_MATH_H

#include "methodobject.h"

extern PyMethodDef *const kr_math_integer_functions;
extern PyMethodDef *const kr_math_sum_functions;

// The gamma function and the logarithm of its absolute value; errno tells of a pole (EDOM) or an
// overflow (ERANGE).
double kr_math_gamma(double x);
double kr_math_lgamma(double x);

#endif
