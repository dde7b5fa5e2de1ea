// names.c - hosts, services, protocols, interfaces; addresses as text and bytes.
#include "modules/_socket/socket.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "internal/pycore_fileutils.h"
#include "modules/_socket/state.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

// ---- hosts

METHOD(gethostname, "module", "gethostname() -> string\n\nReturn the current host name.")
static PyObject *names_gethostname(PyObject *module)
{
    char name[1024];
    if (PySys_Audit("socket.gethostname", NULL) < 0) return NULL;
    if (gethostname(name, sizeof name - 1) < 0) return kr_socket_raise();
    name[sizeof name - 1] = 0;
    return PyUnicode_DecodeFSDefault(name);
}

METHOD(sethostname, "module, name, /", "sethostname(name)\n\nSets the hostname to name.")
static PyObject *names_sethostname(PyObject *module, PyObject *name)
{
    KR_AUTO PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(name, &bytes)
        || PySys_Audit("socket.sethostname", "(O)", bytes) < 0)
        return NULL;
    if (sethostname(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)) < 0)
        return kr_socket_raise();
    Py_RETURN_NONE;
}

METHOD(gethostbyname, "module, host, /",
       "gethostbyname(host) -> address\n\n"
       "Return the IP address (a string of the form '255.255.255.255') for a host.")
static PyObject *names_gethostbyname(PyObject *module, PyObject *host)
{
    KrAddress address;
    KR_AUTO PyObject *name = kr_address_host_name(host);
    if (name == NULL || PySys_Audit("socket.gethostbyname", "O", host) < 0) return NULL;
    if (kr_address_resolve(PyBytes_AS_STRING(name), &address, AF_INET) < 0) return NULL;
    return kr_address_ip_text(&address, sizeof address.in);
}

static PyObject *raise_herror(int error)
{
    KR_AUTO PyObject *value = Py_BuildValue("(is)", error, hstrerror(error));
    if (value != NULL) PyErr_SetObject(kr_socket_herror(), value);
    return NULL;
}

// New (name, aliases, addresses) of a host entry.
static PyObject *host_entry(const struct hostent *entry, int error)
{
    if (entry == NULL) return raise_herror(error);
    KR_AUTO PyObject *aliases = PyList_New(0), *addresses = PyList_New(0);
    for (char **alias = entry->h_aliases; aliases != NULL && alias != NULL && *alias != NULL;
         alias++) {
        KR_AUTO PyObject *text = PyUnicode_FromString(*alias);
        if (text == NULL || PyList_Append(aliases, text) < 0) return NULL;
    }
    for (char **item = entry->h_addr_list; addresses != NULL && *item != NULL; item++) {
        char buffer[INET6_ADDRSTRLEN];
        if (inet_ntop(entry->h_addrtype, *item, buffer, sizeof buffer) == NULL)
            return kr_socket_raise();
        KR_AUTO PyObject *text = PyUnicode_FromString(buffer);
        if (text == NULL || PyList_Append(addresses, text) < 0) return NULL;
    }
    if (aliases == NULL || addresses == NULL) return NULL;
    return Py_BuildValue("(NOO)", PyUnicode_DecodeFSDefault(entry->h_name), aliases, addresses);
}

METHOD(gethostbyname_ex, "module, host, /",
       "gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\n"
       "Return the true host name, a list of aliases, and a list of IP addresses,\n"
       "for a host.  The host argument is a string giving a host name or IP number.")
static PyObject *names_gethostbyname_ex(PyObject *module, PyObject *host)
{
    KrAddress address;
    KR_AUTO PyObject *name = kr_address_host_name(host);
    if (name == NULL || PySys_Audit("socket.gethostbyname", "O", host) < 0) return NULL;
    if (kr_address_resolve(PyBytes_AS_STRING(name), &address, AF_INET) < 0) return NULL;
    struct hostent space, *entry = NULL;
    char buffer[16384];
    int error;
    Py_BEGIN_ALLOW_THREADS
    gethostbyname_r(PyBytes_AS_STRING(name), &space, buffer, sizeof buffer, &entry, &error);
    Py_END_ALLOW_THREADS
    return host_entry(entry, error);
}

METHOD(gethostbyaddr, "module, host, /",
       "gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\n"
       "Return the true host name, a list of aliases, and a list of IP addresses,\n"
       "for a host.  The host argument is a string giving a host name or IP number.")
static PyObject *names_gethostbyaddr(PyObject *module, PyObject *host)
{
    KrAddress address;
    KR_AUTO PyObject *name = kr_address_host_name(host);
    if (name == NULL || PySys_Audit("socket.gethostbyaddr", "O", host) < 0) return NULL;
    if (kr_address_resolve(PyBytes_AS_STRING(name), &address, AF_UNSPEC) < 0) return NULL;
    int is_inet6 = address.any.sa_family == AF_INET6;
    const void *bytes = is_inet6 ? (void *)&address.in6.sin6_addr : (void *)&address.in.sin_addr;
    struct hostent space, *entry = NULL;
    char buffer[16384];
    int error;
    Py_BEGIN_ALLOW_THREADS gethostbyaddr_r(bytes, is_inet6 ? 16 : 4, address.any.sa_family, &space,
                                           buffer, sizeof buffer, &entry, &error);
    Py_END_ALLOW_THREADS
    return host_entry(entry, error);
}

static PyObject *address_entries(const struct addrinfo *found)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (; list != NULL && found != NULL; found = found->ai_next) {
        KR_AUTO PyObject *address = kr_address_as_object(-1, (const KrAddress *)found->ai_addr,
                                                         found->ai_addrlen);
        KR_AUTO PyObject *entry = address == NULL ? NULL
            : Py_BuildValue("(iiisO)", found->ai_family, found->ai_socktype, found->ai_protocol,
                            found->ai_canonname ? found->ai_canonname : "", address);
        if (entry == NULL || PyList_Append(list, entry) < 0) return NULL;
    }
    return kr_take(list);
}

METHOD(getaddrinfo,
       "module, host, port, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0",
       "getaddrinfo(host, port [, family, type, proto, flags])\n"
       "    -> list of (family, type, proto, canonname, sockaddr)\n\n"
       "Resolve host and port into addrinfo struct.")
static PyObject *names_getaddrinfo(PyObject *module, PyObject *host, PyObject *port, int family,
                                   int type, int proto, int flags)
{
    KR_AUTO PyObject *name = NULL;
    if (host != Py_None) {
        if (PyUnicode_Check(host))
            name = PyUnicode_AsEncodedString(host, "idna", NULL);
        else if (PyBytes_Check(host))
            name = Py_NewRef(host);
        else
            PyErr_SetString(PyExc_TypeError, "getaddrinfo() argument 1 must be string or None");
        if (name == NULL) return NULL;
    }
    KR_AUTO PyObject *port_text = NULL;
    const char *service = NULL;
    if (PyLong_CheckExact(port)) {
        port_text = PyObject_Str(port);
        if (port_text == NULL || (service = PyUnicode_AsUTF8(port_text)) == NULL) return NULL;
    } else if (PyUnicode_Check(port)) {
        if ((service = PyUnicode_AsUTF8(port)) == NULL) return NULL;
    } else if (PyBytes_Check(port)) {
        service = PyBytes_AS_STRING(port);
    } else if (port != Py_None) {
        PyErr_SetString(PyExc_OSError, "Int or String expected");
        return NULL;
    }
    if (PySys_Audit("socket.getaddrinfo", "OOiii", host, port, family, type, proto) < 0)
        return NULL;
    struct addrinfo hints = {.ai_family = family, .ai_socktype = type, .ai_protocol = proto,
                             .ai_flags = flags}, *found;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = getaddrinfo(name == NULL ? NULL : PyBytes_AS_STRING(name), service, &hints, &found);
    Py_END_ALLOW_THREADS
    if (error) return kr_socket_raise_gai(error);
    PyObject *list = address_entries(found);
    freeaddrinfo(found);
    return list;
}

METHOD(getnameinfo, "module, sockaddr, flags: int, /",
       "getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr.")
static PyObject *names_getnameinfo(PyObject *module, PyObject *object, int flags)
{
    const char *host;
    int port;
    unsigned int flow = 0, scope = 0;
    if (!PyTuple_Check(object)) {
        PyErr_SetString(PyExc_TypeError, "getnameinfo() argument 1 must be a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(object, "si|II;getnameinfo(): illegal sockaddr argument", &host, &port,
                          &flow, &scope))
        return NULL;
    if (flow > 0xfffff) {
        PyErr_SetString(PyExc_OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
        return NULL;
    }
    if (PySys_Audit("socket.getnameinfo", "(O)", object) < 0) return NULL;
    char service[32], name[NI_MAXHOST];
    PyOS_snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM,
                             .ai_flags = AI_NUMERICHOST}, *found;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = getaddrinfo(host, service, &hints, &found);
    Py_END_ALLOW_THREADS
    if (error) return kr_socket_raise_gai(error);
    PyObject *result = NULL;
    if (found->ai_next != NULL) {
        PyErr_SetString(PyExc_OSError, "sockaddr resolved to multiple addresses");
    } else if (found->ai_family == AF_INET && PyTuple_GET_SIZE(object) != 2) {
        PyErr_SetString(PyExc_OSError, "IPv4 sockaddr must be 2 tuple");
    } else {
        if (found->ai_family == AF_INET6) {
            ((struct sockaddr_in6 *)found->ai_addr)->sin6_flowinfo = htonl(flow);
            ((struct sockaddr_in6 *)found->ai_addr)->sin6_scope_id = scope;
        }
        Py_BEGIN_ALLOW_THREADS error = getnameinfo(found->ai_addr, found->ai_addrlen, name,
                                                   sizeof name, service, sizeof service, flags);
        Py_END_ALLOW_THREADS result = error ? kr_socket_raise_gai(error)
            : Py_BuildValue("(Ns)", PyUnicode_DecodeFSDefault(name), service);
    }
    freeaddrinfo(found);
    return result;
}

// ---- services and protocols

METHOD(getservbyname, "module, servicename: cstr, protocolname: cstr? = None, /",
       "getservbyname(servicename[, protocolname]) -> integer\n\n"
       "Return a port number from a service name and protocol name.\n"
       "The optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol "
       "will match.")
static PyObject *names_getservbyname(PyObject *module, const char *name, const char *protocol)
{
    struct servent space, *entry = NULL;
    char buffer[4096];
    if (PySys_Audit("socket.getservbyname", "ss", name, protocol ? protocol : "") < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    getservbyname_r(name, protocol, &space, buffer, sizeof buffer, &entry);
    Py_END_ALLOW_THREADS
    if (entry != NULL) return PyLong_FromLong(ntohs((uint16_t)entry->s_port));
    PyErr_SetString(PyExc_OSError, "service/proto not found");
    return NULL;
}

METHOD(getservbyport, "module, port: int, protocolname: cstr? = None, /",
       "getservbyport(port[, protocolname]) -> string\n\n"
       "Return the service name from a port number and protocol name.\n"
       "The optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol "
       "will match.")
static PyObject *names_getservbyport(PyObject *module, int port, const char *protocol)
{
    struct servent space, *entry = NULL;
    char buffer[4096];
    if (port < 0 || port > 0xffff) {
        PyErr_SetString(PyExc_OverflowError, "getservbyport: port must be 0-65535.");
        return NULL;
    }
    if (PySys_Audit("socket.getservbyport", "is", port, protocol ? protocol : "") < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    getservbyport_r(htons((uint16_t)port), protocol, &space, buffer, sizeof buffer, &entry);
    Py_END_ALLOW_THREADS
    if (entry != NULL) return PyUnicode_FromString(entry->s_name);
    PyErr_SetString(PyExc_OSError, "port/proto not found");
    return NULL;
}

METHOD(getprotobyname, "module, name: cstr, /",
       "getprotobyname(name) -> integer\n\nReturn the protocol number for the named protocol.  "
       "(Rarely used.)")
static PyObject *names_getprotobyname(PyObject *module, const char *name)
{
    struct protoent space, *entry = NULL;
    char buffer[4096];
    getprotobyname_r(name, &space, buffer, sizeof buffer, &entry);
    if (entry != NULL) return PyLong_FromLong(entry->p_proto);
    PyErr_SetString(PyExc_OSError, "protocol not found");
    return NULL;
}

// ---- interfaces

METHOD(if_nameindex, "module",
       "if_nameindex()\n\nReturns a list of network interface information (index, name) tuples.")
static PyObject *names_if_nameindex(PyObject *module)
{
    struct if_nameindex *interfaces = if_nameindex();
    if (interfaces == NULL) return kr_socket_raise();
    PyObject *list = PyList_New(0);
    for (struct if_nameindex *at = interfaces; list != NULL && at->if_index != 0; at++) {
        PyObject *pair = Py_BuildValue("(IN)", at->if_index,
                                       PyUnicode_DecodeFSDefault(at->if_name));
        if (pair == NULL || PyList_Append(list, pair) < 0) Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    if_freenameindex(interfaces);
    return list;
}

METHOD(if_nametoindex, "module, if_name, /",
       "if_nametoindex(if_name)\n\nReturns the interface index corresponding to the interface "
       "name if_name.")
static PyObject *names_if_nametoindex(PyObject *module, PyObject *name)
{
    KR_AUTO PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(name, &bytes)) return NULL;
    unsigned int index = if_nametoindex(PyBytes_AS_STRING(bytes));
    if (index != 0) return PyLong_FromUnsignedLong(index);
    PyErr_SetString(PyExc_OSError, "no interface with this name");
    return NULL;
}

METHOD(if_indextoname, "module, if_index: uint, /",
       "if_indextoname(if_index)\n\nReturns the interface name corresponding to the interface "
       "index if_index.")
static PyObject *names_if_indextoname(PyObject *module, unsigned int index)
{
    char name[IF_NAMESIZE + 1];
    if (if_indextoname(index, name) == NULL) return kr_socket_raise();
    return PyUnicode_DecodeFSDefault(name);
}

// ---- numbers and addresses in their forms

static PyObject *swap_16(PyObject *object, const char *function)
{
    long value = PyLong_AsLong(object);
    if (value == -1 && PyErr_Occurred()) return NULL;
    if (value < 0)
        return PyErr_Format(PyExc_OverflowError, "%s: can't convert negative Python int to C "
                            "16-bit unsigned integer", function);
    if (value > 0xffff)
        return PyErr_Format(PyExc_OverflowError, "%s: Python int too large to convert to C 16-bit "
                            "unsigned integer", function);
    return PyLong_FromLong(htons((uint16_t)value));
}

static PyObject *swap_32(PyObject *object)
{
    if (!PyLong_Check(object))
        return PyErr_Format(PyExc_TypeError, "expected int, %s found", Py_TYPE(object)->tp_name);
    unsigned long value = PyLong_AsUnsignedLong(object);
    if (value == (unsigned long)-1 && PyErr_Occurred()) return NULL;
    if (value > 0xffffffff) {
        PyErr_SetString(PyExc_OverflowError, "int larger than 32 bits");
        return NULL;
    }
    return PyLong_FromUnsignedLong(htonl((uint32_t)value));
}

METHOD(ntohs, "module, x, /",
       "ntohs(integer) -> integer\n\nConvert a 16-bit unsigned integer from network to host byte "
       "order.")
static PyObject *names_ntohs(PyObject *module, PyObject *x)
{
    return swap_16(x, "ntohs");
}

METHOD(htons, "module, x, /",
       "htons(integer) -> integer\n\nConvert a 16-bit unsigned integer from host to network byte "
       "order.")
static PyObject *names_htons(PyObject *module, PyObject *x)
{
    return swap_16(x, "htons");
}

METHOD(ntohl, "module, x, /",
       "ntohl(integer) -> integer\n\nConvert a 32-bit integer from network to host byte order.")
static PyObject *names_ntohl(PyObject *module, PyObject *x)
{
    return swap_32(x);
}

METHOD(htonl, "module, x, /",
       "htonl(integer) -> integer\n\nConvert a 32-bit integer from host to network byte order.")
static PyObject *names_htonl(PyObject *module, PyObject *x)
{
    return swap_32(x);
}

METHOD(inet_aton, "module, ip_addr: cstr, /",
       "inet_aton(string) -> bytes giving packed 32-bit IP representation\n\n"
       "Convert an IP address in string format (123.45.67.89) to the 32-bit packed\n"
       "binary format used in low-level network functions.")
static PyObject *names_inet_aton(PyObject *module, const char *text)
{
    struct in_addr address;
    if (inet_aton(text, &address))
        return PyBytes_FromStringAndSize((const char *)&address, sizeof address);
    PyErr_SetString(PyExc_OSError, "illegal IP address string passed to inet_aton");
    return NULL;
}

METHOD(inet_ntoa, "module, packed_ip: buffer, /",
       "inet_ntoa(packed_ip) -> ip_address_string\n\n"
       "Convert an IP address from 32-bit packed binary format to string format")
static PyObject *names_inet_ntoa(PyObject *module, Py_buffer *packed)
{
    char text[INET_ADDRSTRLEN];
    if (packed->len != 4) {
        PyErr_SetString(PyExc_OSError, "packed IP wrong length");
        return NULL;
    }
    return PyUnicode_FromString(inet_ntop(AF_INET, packed->buf, text, sizeof text));
}

METHOD(inet_pton, "module, af: int, ip: cstr, /",
       "inet_pton(af, ip) -> packed IP address string\n\n"
       "Convert an IP address from string format to a packed string suitable\nfor use with "
       "low-level network functions.")
static PyObject *names_inet_pton(PyObject *module, int family, const char *text)
{
    char packed[16];
    int result = inet_pton(family, text, packed);
    if (result < 0) return kr_socket_raise();
    if (result > 0) return PyBytes_FromStringAndSize(packed, family == AF_INET ? 4 : 16);
    PyErr_SetString(PyExc_OSError, "illegal IP address string passed to inet_pton");
    return NULL;
}

METHOD(inet_ntop, "module, af: int, packed_ip: buffer, /",
       "inet_ntop(af, packed_ip) -> string formatted IP address\n\n"
       "Convert a packed IP address of the given family to string format.")
static PyObject *names_inet_ntop(PyObject *module, int family, Py_buffer *packed)
{
    char text[INET6_ADDRSTRLEN];
    if (family != AF_INET && family != AF_INET6)
        return PyErr_Format(PyExc_ValueError, "unknown address family %d", family);
    if (packed->len != (family == AF_INET ? 4 : 16)) {
        PyErr_SetString(PyExc_ValueError, "invalid length of packed IP address string");
        return NULL;
    }
    if (inet_ntop(family, packed->buf, text, sizeof text) == NULL) return kr_socket_raise();
    return PyUnicode_FromString(text);
}

METHOD(CMSG_LEN, "module, length: ssize, /",
       "CMSG_LEN(length) -> control message length\n\n"
       "Return the total length, without trailing padding, of an ancillary\n"
       "data item with associated data of the given length.")
static PyObject *names_CMSG_LEN(PyObject *module, Py_ssize_t length)
{
    if (length < 0 || length > INT_MAX - (Py_ssize_t)CMSG_LEN(0)) {
        PyErr_Format(PyExc_OverflowError, "CMSG_LEN() argument out of range");
        return NULL;
    }
    return PyLong_FromSize_t(CMSG_LEN((size_t)length));
}

METHOD(CMSG_SPACE, "module, length: ssize, /",
       "CMSG_SPACE(length) -> buffer size\n\n"
       "Return the buffer size needed for recvmsg() to receive an ancillary\n"
       "data item with associated data of the given length, along with any\ntrailing padding.")
static PyObject *names_CMSG_SPACE(PyObject *module, Py_ssize_t length)
{
    if (length < 0 || length > INT_MAX - (Py_ssize_t)CMSG_SPACE(1)) {
        PyErr_SetString(PyExc_OverflowError, "CMSG_SPACE() argument out of range");
        return NULL;
    }
    return PyLong_FromSize_t(CMSG_SPACE((size_t)length));
}

// ---- descriptors and timeouts

METHOD(close, "module, fd, /",
       "close(integer) -> None\n\nClose an integer socket file descriptor.  This is like "
       "os.close(), but for\n"
       "sockets; on some platforms os.close() won't work for socket file descriptors.")
static PyObject *names_close(PyObject *module, PyObject *object)
{
    int descriptor = _PyLong_AsInt(object), failed;
    if (descriptor == -1 && PyErr_Occurred()) return NULL;
    Py_BEGIN_ALLOW_THREADS
    failed = close(descriptor) < 0;
    Py_END_ALLOW_THREADS
    if (failed && errno != ECONNRESET) return kr_socket_raise();
    Py_RETURN_NONE;
}

METHOD(dup, "module, fd, /",
       "dup(integer) -> integer\n\nDuplicate an integer socket file descriptor.  This is like "
       "os.dup(), but for\n"
       "sockets; on some platforms os.dup() won't work for socket file descriptors.")
static PyObject *names_dup(PyObject *module, PyObject *object)
{
    int descriptor = _PyLong_AsInt(object);
    if (descriptor == -1 && PyErr_Occurred()) return NULL;
    int copy = _Py_dup(descriptor);
    return copy < 0 ? NULL : PyLong_FromLong(copy);
}

METHOD(socketpair, "module, family: int = 1, type: int = 1, proto: int = 0, /",
       "socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\n"
       "Create a pair of socket objects from the sockets returned by the platform\nsocketpair() "
       "function.\n"
       "The arguments are the same as for socket() except the default family is\n"
       "AF_UNIX if defined on the platform; otherwise, the default is AF_INET.")
static PyObject *names_socketpair(PyObject *module, int family, int type, int proto)
{
    int descriptors[2], failed;
    Py_BEGIN_ALLOW_THREADS
    failed = socketpair(family, type | SOCK_CLOEXEC, proto, descriptors) < 0;
    Py_END_ALLOW_THREADS
    if (failed) return kr_socket_raise();
    PyObject *first = kr_socket_wrap(&kr_socket_type, descriptors[0], family, type, proto);
    PyObject *second = first == NULL ? NULL
        : kr_socket_wrap(&kr_socket_type, descriptors[1], family, type, proto);
    if (second != NULL) return Py_BuildValue("(NN)", first, second);
    if (first == NULL) close(descriptors[0]);
    close(descriptors[1]);
    Py_XDECREF(first);
    return NULL;
}

METHOD(getdefaulttimeout, "module",
       "getdefaulttimeout() -> timeout\n\n"
       "Returns the default timeout in seconds (float) for new socket objects.\n"
       "A value of None indicates that new socket objects have no timeout.\n"
       "When the socket module is first imported, the default is None.")
static PyObject *names_getdefaulttimeout(PyObject *module)
{
    _PyTime_t timeout = *kr_socket_default_timeout();
    if (timeout < 0) Py_RETURN_NONE;
    return PyFloat_FromDouble(_PyTime_AsSecondsDouble(timeout));
}

METHOD(setdefaulttimeout, "module, timeout, /",
       "setdefaulttimeout(timeout)\n\n"
       "Set the default timeout in seconds (float) for new socket objects.\n"
       "A value of None indicates that new socket objects have no timeout.\n"
       "When the socket module is first imported, the default is None.")
static PyObject *names_setdefaulttimeout(PyObject *module, PyObject *timeout)
{
    _PyTime_t value;
    if (kr_socket_read_timeout(timeout, &value) < 0) return NULL;
    *kr_socket_default_timeout() = value;
    Py_RETURN_NONE;
}

#include "modules/_socket/names.methods.h"

PyMethodDef *kr_socket_name_functions(void)
{
    return names_methods;
}
