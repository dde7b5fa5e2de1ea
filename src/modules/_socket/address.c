// address.c - addresses from and to Python, family by family.
//
//     AF_INET   (host, port)                        AF_UNIX    path as str or bytes; b"\0…" is
//               abstract
//     AF_INET6  (host, port[, flow[, scope]])       AF_PACKET  (interface, protocol[, kind[,
//               hardware[, address]]])
//     AF_NETLINK (process, groups)                  AF_VSOCK   (context, port)
#include "modules/_socket/socket.h"

#include <errno.h>
#include <net/ethernet.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "runtime/owned.h"

PyObject *kr_socket_raise_gai(int error)
{
    if (error == EAI_SYSTEM) return kr_socket_raise();
    KR_AUTO PyObject *value = Py_BuildValue("(is)", error, gai_strerror(error));
    if (value != NULL) PyErr_SetObject(kr_socket_gaierror(), value);
    return NULL;
}

// ---- hosts

static int lookup(const char *host, int family, int flags, struct addrinfo **ret_found)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM, .ai_flags = flags};
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = getaddrinfo(host, host == NULL ? "0" : NULL, &hints, ret_found);
    Py_END_ALLOW_THREADS
    if (error == 0) return 0;
    kr_socket_raise_gai(error);
    return -1;
}

int kr_address_resolve(const char *host, KrAddress *ret_address, int family)
{
    memset(ret_address, 0, sizeof *ret_address);
    if (strcmp(host, "<broadcast>") == 0 || strcmp(host, "255.255.255.255") == 0) {
        if (family != AF_INET && family != AF_UNSPEC) {
            PyErr_SetString(PyExc_OSError, "address family mismatched");
            return -1;
        }
        ret_address->in.sin_family = AF_INET;
        ret_address->in.sin_addr.s_addr = INADDR_BROADCAST;
        return 0;
    }
    if ((family == AF_UNSPEC || family == AF_INET)
        && inet_pton(AF_INET, host, &ret_address->in.sin_addr) > 0) {
        ret_address->in.sin_family = AF_INET;
        return 0;
    }
    if ((family == AF_UNSPEC || family == AF_INET6) && strchr(host, '%') == NULL
        && inet_pton(AF_INET6, host, &ret_address->in6.sin6_addr) > 0) {
        ret_address->in6.sin6_family = AF_INET6;
        return 0;
    }
    struct addrinfo *found;
    if (lookup(host[0] == 0 ? NULL : host, family, host[0] == 0 ? AI_PASSIVE : 0, &found) < 0)
        return -1;
    if (host[0] == 0 && found->ai_next != NULL) {
        freeaddrinfo(found);
        PyErr_SetString(PyExc_OSError, "wildcard resolved to multiple address");
        return -1;
    }
    memcpy(ret_address, found->ai_addr, Py_MIN(found->ai_addrlen, sizeof *ret_address));
    freeaddrinfo(found);
    return 0;
}

PyObject *kr_address_host_name(PyObject *object)
{
    PyObject *bytes;
    if (PyUnicode_Check(object)) {
        if (PyUnicode_READY(object) < 0) return NULL;
        bytes = PyUnicode_IS_COMPACT_ASCII(object)
            ? PyBytes_FromStringAndSize(PyUnicode_DATA(object), PyUnicode_GET_LENGTH(object))
            : PyUnicode_AsEncodedString(object, "idna", NULL);
    } else if (PyBytes_Check(object)) {
        bytes = Py_NewRef(object);
    } else if (PyByteArray_Check(object)) {
        bytes = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(object),
                                          PyByteArray_GET_SIZE(object));
    } else {
        return PyErr_Format(PyExc_TypeError, "str, bytes or bytearray expected, not %s",
                            Py_TYPE(object)->tp_name);
    }
    if (bytes != NULL && strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
        Py_DECREF(bytes);
        PyErr_SetString(PyExc_TypeError, "host name must not contain null character");
        return NULL;
    }
    return bytes;
}

PyObject *kr_address_ip_text(const KrAddress *address, socklen_t size)
{
    char text[NI_MAXHOST];
    int error = getnameinfo(&address->any, size, text, sizeof text, NULL, 0, NI_NUMERICHOST);
    return error ? kr_socket_raise_gai(error) : PyUnicode_FromString(text);
}

// ---- from Python

static int expect_tuple(PyObject *object, const char *function, const char *family)
{
    if (PyTuple_Check(object)) return 1;
    PyErr_Format(PyExc_TypeError, "%s(): %s address must be tuple, not %.500s", function, family,
                 Py_TYPE(object)->tp_name);
    return 0;
}

static int check_port(int port, const char *function)
{
    if (port >= 0 && port <= 0xffff) return 1;
    PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.", function);
    return 0;
}

// A port that is no C int is out of range like others.
static int parse_failed(const char *function)
{
    if (PyErr_ExceptionMatches(PyExc_OverflowError))
        PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.", function);
    return 0;
}

static int read_inet(PyObject *object, KrAddress *ret_address, socklen_t *ret_size,
                     const char *function)
{
    PyObject *host;
    int port;
    if (!expect_tuple(object, function, "AF_INET")) return 0;
    if (!PyArg_ParseTuple(object, "Oi;AF_INET address must be a pair (host, port)", &host, &port))
        return parse_failed(function);
    KR_AUTO PyObject *name = kr_address_host_name(host);
    if (name == NULL || kr_address_resolve(PyBytes_AS_STRING(name), ret_address, AF_INET) < 0)
        return 0;
    if (!check_port(port, function)) return 0;
    ret_address->in.sin_family = AF_INET;
    ret_address->in.sin_port = htons((uint16_t)port);
    *ret_size = sizeof ret_address->in;
    return 1;
}

static int read_inet6(PyObject *object, KrAddress *ret_address, socklen_t *ret_size,
                      const char *function)
{
    PyObject *host;
    int port;
    unsigned int flow = 0, scope = 0;
    if (!expect_tuple(object, function, "AF_INET6")) return 0;
    if (!PyArg_ParseTuple(object, "Oi|II;AF_INET6 address must be a tuple (host, port[, "
                          "flowinfo[, scopeid]])", &host, &port, &flow, &scope))
        return parse_failed(function);
    KR_AUTO PyObject *name = kr_address_host_name(host);
    if (name == NULL || kr_address_resolve(PyBytes_AS_STRING(name), ret_address, AF_INET6) < 0)
        return 0;
    if (!check_port(port, function)) return 0;
    if (flow > 0xfffff) {
        PyErr_Format(PyExc_OverflowError, "%s(): flowinfo must be 0-1048575.", function);
        return 0;
    }
    ret_address->in6.sin6_family = AF_INET6;
    ret_address->in6.sin6_port = htons((uint16_t)port);
    ret_address->in6.sin6_flowinfo = htonl(flow);
    ret_address->in6.sin6_scope_id = scope;
    *ret_size = sizeof ret_address->in6;
    return 1;
}

static int read_unix(PyObject *object, KrAddress *ret_address, socklen_t *ret_size)
{
    KR_AUTO PyObject *encoded = PyUnicode_Check(object) ? PyUnicode_EncodeFSDefault(object)
        : Py_NewRef(object);
    Py_buffer path;
    if (encoded == NULL || PyObject_GetBuffer(encoded, &path, PyBUF_SIMPLE) < 0) return 0;
    struct sockaddr_un *address = &ret_address->un;
    int is_abstract = path.len == 0 || *(const char *)path.buf == 0;
    size_t room = sizeof address->sun_path - (is_abstract ? 0 : 1);
    if ((size_t)path.len > room) {
        PyBuffer_Release(&path);
        PyErr_SetString(PyExc_OSError, "AF_UNIX path too long");
        return 0;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path.buf, (size_t)path.len);
    *ret_size = (socklen_t)(offsetof(struct sockaddr_un,
                                     sun_path) + (size_t)path.len + (is_abstract ? 0 : 1));
    PyBuffer_Release(&path);
    return 1;
}

static int read_netlink(PyObject *object, KrAddress *ret_address, socklen_t *ret_size,
                        const char *function)
{
    unsigned int process, groups;
    if (!expect_tuple(object, function, "AF_NETLINK")) return 0;
    if (!PyArg_ParseTuple(object, "II;AF_NETLINK address must be a pair (pid, groups)", &process,
                          &groups))
        return 0;
    ret_address->nl = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = process,
                                           .nl_groups = groups};
    *ret_size = sizeof ret_address->nl;
    return 1;
}

static int read_packet(PySocketSockObject *self, PyObject *object, KrAddress *ret_address,
                       socklen_t *ret_size, const char *function)
{
    const char *interface;
    int protocol, kind = 0, hardware = 0;
    Py_buffer address = {NULL, NULL};
    if (!expect_tuple(object, function, "AF_PACKET")) return 0;
    if (!PyArg_ParseTuple(object, "si|iiy*;AF_PACKET address must be a tuple of two to five "
                          "elements", &interface, &protocol, &kind, &hardware, &address))
        return 0;
    struct ifreq request = {0};
    strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
    int ok = 0;
    if (ioctl(self->sock_fd, SIOCGIFINDEX, &request) < 0)
        self->errorhandler();
    else if (address.buf != NULL && address.len > 8)
        PyErr_SetString(PyExc_ValueError, "Hardware address must be 8 bytes or less");
    else if (protocol < 0 || protocol > 0xffff)
        PyErr_Format(PyExc_OverflowError, "%s(): proto must be 0-65535.", function);
    else
        ok = 1;
    if (ok) {
        ret_address->ll = (struct sockaddr_ll){
            .sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)protocol),
            .sll_ifindex = request.ifr_ifindex,
            .sll_pkttype = (unsigned char)kind, .sll_hatype = (unsigned short)hardware};
        if (address.buf != NULL) {
            memcpy(ret_address->ll.sll_addr, address.buf, (size_t)address.len);
            ret_address->ll.sll_halen = (unsigned char)address.len;
        }
        *ret_size = sizeof ret_address->ll;
    }
    if (address.obj != NULL) PyBuffer_Release(&address);
    return ok;
}

static int read_vsock(PyObject *object, KrAddress *ret_address, socklen_t *ret_size,
                      const char *function)
{
    unsigned int context, port;
    if (!expect_tuple(object, function, "AF_VSOCK")) return 0;
    if (!PyArg_ParseTuple(object, "II:getsockaddrarg", &context, &port)) return 0;
    ret_address->vm = (struct sockaddr_vm){.svm_family = AF_VSOCK, .svm_port = port,
                                           .svm_cid = context};
    *ret_size = sizeof ret_address->vm;
    return 1;
}

int kr_address_read(PySocketSockObject *self, PyObject *object, KrAddress *ret_address,
                    socklen_t *ret_size, const char *function)
{
    switch (self->sock_family) {
    case AF_INET: return read_inet(object, ret_address, ret_size, function);
    case AF_INET6: return read_inet6(object, ret_address, ret_size, function);
    case AF_UNIX: return read_unix(object, ret_address, ret_size);
    case AF_NETLINK: return read_netlink(object, ret_address, ret_size, function);
    case AF_PACKET: return read_packet(self, object, ret_address, ret_size, function);
    case AF_VSOCK: return read_vsock(object, ret_address, ret_size, function);
    default: PyErr_Format(PyExc_OSError, "%s(): bad family", function); return 0;
    }
}

// ---- to Python

static PyObject *unix_as_object(const struct sockaddr_un *address, socklen_t size)
{
    size_t length = size - offsetof(struct sockaddr_un, sun_path);
    if (length > 0 && address->sun_path[0] == 0)
        return PyBytes_FromStringAndSize(address->sun_path, (Py_ssize_t)length);
    return PyUnicode_DecodeFSDefaultAndSize(address->sun_path,
                                            (Py_ssize_t)strnlen(address->sun_path, length));
}

static PyObject *packet_as_object(int descriptor, const struct sockaddr_ll *address)
{
    struct ifreq request = {.ifr_ifindex = address->sll_ifindex};
    const char *name = "";
    if (address->sll_ifindex && ioctl(descriptor, SIOCGIFNAME, &request) == 0)
        name = request.ifr_name;
    return Py_BuildValue("(Nhbhy#)", PyUnicode_DecodeFSDefault(name), ntohs(address->sll_protocol),
                         address->sll_pkttype, address->sll_hatype, address->sll_addr,
                         (Py_ssize_t)Py_MIN(address->sll_halen, 8));
}

PyObject *kr_address_as_object(int descriptor, const KrAddress *address, socklen_t size)
{
    if (size == 0) Py_RETURN_NONE;
    switch (address->any.sa_family) {
    case AF_INET: {
        KR_AUTO PyObject *host = kr_address_ip_text(address, sizeof address->in);
        return host == NULL ? NULL : Py_BuildValue("(Oi)", host, ntohs(address->in.sin_port));
    }
    case AF_INET6: {
        KR_AUTO PyObject *host = kr_address_ip_text(address, sizeof address->in6);
        return host == NULL
            ? NULL : Py_BuildValue("(OiII)", host, ntohs(address->in6.sin6_port),
                                   ntohl(address->in6.sin6_flowinfo), address->in6.sin6_scope_id);
    }
    case AF_UNIX: return unix_as_object(&address->un, size);
    case AF_NETLINK: return Py_BuildValue("(II)", address->nl.nl_pid, address->nl.nl_groups);
    case AF_PACKET: return packet_as_object(descriptor, &address->ll);
    case AF_VSOCK: return Py_BuildValue("(II)", address->vm.svm_cid, address->vm.svm_port);
    default:
        return Py_BuildValue("(iy#)", address->any.sa_family, address->any.sa_data,
                             (Py_ssize_t)sizeof address->any.sa_data);
    }
}

socklen_t kr_address_room(const PySocketSockObject *self)
{
    switch (self->sock_family) {
    case AF_INET: return sizeof(struct sockaddr_in);
    case AF_INET6: return sizeof(struct sockaddr_in6);
    case AF_UNIX: return sizeof(struct sockaddr_un);
    default: return sizeof(struct sockaddr_storage);
    }
}
