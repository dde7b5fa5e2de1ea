// module.c - the module itertools: tee() and what its types share for pickling.
#include "modules/itertools/itertools.h"

PyObject *kr_itertools_reduce(PyObject *self, PyObject *args)
{
    KR_AUTO PyObject *held = args;
    return held == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), held);
}

PyObject *kr_itertools_reduce_with(PyObject *self, PyObject *args, PyObject *state)
{
    KR_AUTO PyObject *held = args;
    KR_AUTO PyObject *held_state = state;
    if (held == NULL || held_state == NULL) return NULL;
    return PyTuple_Pack(3, (PyObject *)Py_TYPE(self), held, held_state);
}

int kr_itertools_check_state(PyObject *state, Py_ssize_t low, Py_ssize_t high)
{
    if (!PyTuple_Check(state)) return kr_raise_int(PyExc_TypeError, "state is not a tuple");
    Py_ssize_t size = PyTuple_GET_SIZE(state);
    if (size >= low && size <= high) return 0;
    Py_ssize_t bound = size < low ? low : high;
    return kr_raise_int(PyExc_TypeError, "function takes %s %zd argument%s (%zd given)",
                        low == high ? "exactly" : size < low ? "at least" : "at most", bound,
                        bound == 1 ? "" : "s", size);
}

METHOD(tee, "module, iterable, n: ssize = 2, /", "Returns a tuple of n independent iterators.")
static PyObject *itertools_tee(PyObject *module, PyObject *iterable, Py_ssize_t count)
{
    if (count < 0) return kr_raise(PyExc_ValueError, "n must be >= 0");
    return kr_itertools_tee(iterable, count);
}

#include "modules/itertools/module.methods.h"

static int execute(PyObject *module)
{
    if (kr_itertools_add_choosing(module) < 0 || kr_itertools_add_combining(module) < 0) return -1;
    if (kr_itertools_add_endless(module) < 0 || kr_itertools_add_grouping(module) < 0) return -1;
    if (kr_itertools_add_joining(module) < 0) return -1;
    return kr_itertools_add_tee(module);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "itertools",
    .m_doc = "Functional tools for creating and using iterators.\n"
             "\n"
             "Infinite iterators:\n"
             "count(start=0, step=1) --> start, start+step, start+2*step, ...\n"
             "cycle(p) --> p0, p1, ... plast, p0, p1, ...\n"
             "repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n"
             "\n"
             "Iterators terminating on the shortest input sequence:\n"
             "accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\n"
             "chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\n"
             "chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...\n"
             "compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\n"
             "dropwhile(pred, seq) --> seq[n], seq[n+1], starting when pred fails\n"
             "groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)\n"
             "filterfalse(pred, seq) --> elements of seq where pred(elem) is False\n"
             "islice(seq, [start,] stop [, step]) --> elements from\n"
             "       seq[start:stop:step]\n"
             "pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...\n"
             "starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\n"
             "tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n\n"
             "takewhile(pred, seq) --> seq[0], seq[1], until pred fails\n"
             "zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n"
             "\n"
             "Combinatoric generators:\n"
             "product(p, q, ... [repeat=1]) --> cartesian product\n"
             "permutations(p[, r])\n"
             "combinations(p, r)\n"
             "combinations_with_replacement(p, r)\n"
             "",
    .m_methods = itertools_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_itertools(void)
{
    return PyModuleDef_Init(&definition);
}
