// transfer.c - receiving and sending.
#include "modules/_socket/socket.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>

#include "objects/model/arguments.h"
#include "runtime/owned.h"

// One transfer of plain memory.
typedef struct {
    char *data;
    Py_ssize_t size, result;
    int flags;
    KrAddress *address;         // NULL: the peer of the connection
    socklen_t address_size;
} Transfer;

static int try_receive(PySocketSockObject *self, void *data)
{
    Transfer *transfer = data;
    transfer->result = transfer->address == NULL
        ? recv(self->sock_fd, transfer->data, (size_t)transfer->size, transfer->flags)
        : recvfrom(self->sock_fd, transfer->data, (size_t)transfer->size, transfer->flags,
                   &transfer->address->any, &transfer->address_size);
    return transfer->result >= 0;
}

static int try_send(PySocketSockObject *self, void *data)
{
    Transfer *transfer = data;
    transfer->result = transfer->address == NULL
        ? send(self->sock_fd, transfer->data, (size_t)transfer->size, transfer->flags)
        : sendto(self->sock_fd, transfer->data, (size_t)transfer->size, transfer->flags,
                 &transfer->address->any, transfer->address_size);
    return transfer->result >= 0;
}

// Bytes received into [data], or -1.  [address] may be NULL.
static Py_ssize_t receive(PySocketSockObject *self, char *data, Py_ssize_t size, int flags,
                          KrAddress *address, socklen_t *ret_size)
{
    Transfer transfer = {data, size, -1, flags, address,
                         address == NULL ? 0 : kr_address_room(self)};
    if (size == 0 && address == NULL) return 0;
    if (address != NULL) memset(address, 0, sizeof *address);
    if (kr_socket_attempt(self, 0, try_receive, &transfer, NULL, self->sock_timeout) < 0)
        return -1;
    if (ret_size != NULL) *ret_size = transfer.address_size;
    return transfer.result;
}

static int check_size(Py_ssize_t size, const char *function)
{
    if (size >= 0) return 0;
    PyErr_Format(PyExc_ValueError, "negative buffersize in %s", function);
    return -1;
}

// New bytes of what was received.
static PyObject *receive_bytes(PySocketSockObject *self, Py_ssize_t size, int flags,
                               KrAddress *address, socklen_t *ret_size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) return NULL;
    Py_ssize_t received = receive(self, PyBytes_AS_STRING(bytes), size, flags, address, ret_size);
    if (received < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    if (received != size) _PyBytes_Resize(&bytes, received);
    return bytes;
}

METHOD(recv, "self, buffersize: ssize, flags: int = 0, /",
       "recv(buffersize[, flags]) -> data\n\n"
       "Receive up to buffersize bytes from the socket.  For the optional flags\n"
       "argument, see the Unix manual.  When no data is available, block until\n"
       "at least one byte is available or until the remote end is closed.  When\n"
       "the remote end is closed and all data is read, return the empty string.")
static PyObject *transfer_recv(PySocketSockObject *self, Py_ssize_t buffersize, int flags)
{
    return check_size(buffersize, "recv") < 0 ? NULL
        : receive_bytes(self, buffersize, flags, NULL, NULL);
}

METHOD(recvfrom, "self, buffersize: ssize, flags: int = 0, /",
       "recvfrom(buffersize[, flags]) -> (data, address info)\n\n"
       "Like recv(buffersize, flags) but also return the sender's address info.")
static PyObject *transfer_recvfrom(PySocketSockObject *self, Py_ssize_t buffersize, int flags)
{
    KrAddress address;
    socklen_t size;
    if (check_size(buffersize, "recvfrom") < 0) return NULL;
    KR_AUTO PyObject *bytes = receive_bytes(self, buffersize, flags, &address, &size);
    KR_AUTO PyObject *sender = bytes == NULL ? NULL
        : kr_address_as_object(self->sock_fd, &address, size);
    return sender == NULL ? NULL : PyTuple_Pack(2, bytes, sender);
}

// How much to receive into [buffer]: all of it for 0.  -1 with ValueError.
static Py_ssize_t size_into(const Py_buffer *buffer, Py_ssize_t count, const char *function)
{
    if (count < 0) {
        PyErr_Format(PyExc_ValueError, "negative buffersize in %s", function);
        return -1;
    }
    if (count == 0) return buffer->len;
    if (count <= buffer->len) return count;
    PyErr_SetString(PyExc_ValueError, strcmp(function, "recv_into") == 0
                                          ? "buffer too small for requested bytes"
                                          : "nbytes is greater than the length of the buffer");
    return -1;
}

METHOD(recv_into, "self, buffer: wbuffer, nbytes: ssize = 0, flags: int = 0",
       "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\n"
       "A version of recv() that stores its data into a buffer rather than creating\n"
       "a new string.  Receive up to buffersize bytes from the socket.  If buffersize\n"
       "is not specified (or 0), receive up to the size available in the given buffer.\n\n"
       "See recv() for documentation about the flags.")
static PyObject *transfer_recv_into(PySocketSockObject *self, Py_buffer *buffer, Py_ssize_t nbytes,
                                    int flags)
{
    Py_ssize_t size = size_into(buffer, nbytes, "recv_into");
    Py_ssize_t received = size < 0 ? -1 : receive(self, buffer->buf, size, flags, NULL, NULL);
    return received < 0 ? NULL : PyLong_FromSsize_t(received);
}

METHOD(recvfrom_into, "self, buffer: wbuffer, nbytes: ssize = 0, flags: int = 0",
       "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\n"
       "Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.")
static PyObject *transfer_recvfrom_into(PySocketSockObject *self, Py_buffer *buffer,
                                        Py_ssize_t nbytes, int flags)
{
    KrAddress address;
    socklen_t address_size;
    Py_ssize_t size = size_into(buffer, nbytes, "recvfrom_into");
    Py_ssize_t received = size < 0 ? -1
        : receive(self, buffer->buf, size, flags, &address, &address_size);
    if (received < 0) return NULL;
    return Py_BuildValue("(nN)", received,
                         kr_address_as_object(self->sock_fd, &address, address_size));
}

METHOD(send, "self, data: buffer, flags: int = 0, /",
       "send(data[, flags]) -> count\n\nSend a data string to the socket.  For the optional "
       "flags\n"
       "argument, see the Unix manual.  Return the number of bytes\n"
       "sent; this may be less than len(data) if the network is busy.")
static PyObject *transfer_send(PySocketSockObject *self, Py_buffer *data, int flags)
{
    Transfer transfer = {data->buf, data->len, -1, flags, NULL, 0};
    if (kr_socket_attempt(self, 1, try_send, &transfer, NULL, self->sock_timeout) < 0) return NULL;
    return PyLong_FromSsize_t(transfer.result);
}

METHOD(sendall, "self, data: buffer, flags: int = 0, /",
       "sendall(data[, flags])\n\nSend a data string to the socket.  For the optional flags\n"
       "argument, see the Unix manual.  This calls send() repeatedly\n"
       "until all data is sent.  If an error occurs, it's impossible\nto tell how much data has "
       "been sent.")
static PyObject *transfer_sendall(PySocketSockObject *self, Py_buffer *data, int flags)
{
    _PyTime_t timeout = self->sock_timeout, deadline = timeout > 0 ? _PyDeadline_Init(timeout) : 0;
    char *at = data->buf;
    Py_ssize_t left = data->len;
    do {
        if (deadline != 0 && at != data->buf && (timeout = _PyDeadline_Get(deadline)) <= 0) {
            PyErr_SetString(PyExc_TimeoutError, "timed out");
            return NULL;
        }
        Transfer transfer = {at, left, -1, flags, NULL, 0};
        if (kr_socket_attempt(self, 1, try_send, &transfer, NULL, timeout) < 0) return NULL;
        at += transfer.result;
        left -= transfer.result;
        if (PyErr_CheckSignals() < 0) return NULL;
    } while (left > 0);
    Py_RETURN_NONE;
}

METHOD(sendto, "self, *args",
       "sendto(data[, flags], address) -> count\n\n"
       "Like send(data, flags) but allows specifying the destination address.\n"
       "For IP sockets, the address is a pair (hostaddr, port).")
static PyObject *transfer_sendto(PySocketSockObject *self, PyObject *args)
{
    Py_buffer data;
    PyObject *object;
    int flags = 0;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count != 2 && count != 3)
        return PyErr_Format(PyExc_TypeError, "sendto() takes 2 or 3 arguments (%zd given)", count);
    if (!(count == 2 ? _PyArg_ParseTuple_SizeT(args, "y*O:sendto", &data, &object)
                     : _PyArg_ParseTuple_SizeT(args, "y*iO:sendto", &data, &flags, &object)))
        return NULL;
    KrAddress address;
    Transfer transfer = {data.buf, data.len, -1, flags, &address, 0};
    int failed = !kr_address_read(self, object, &address, &transfer.address_size, "sendto")
                 || PySys_Audit("socket.sendto", "OO", self, object) < 0
                 || kr_socket_attempt(self, 1, try_send, &transfer, NULL, self->sock_timeout) < 0;
    PyBuffer_Release(&data);
    return failed ? NULL : PyLong_FromSsize_t(transfer.result);
}

// ---- messages: several buffers and control data

enum { MOST_BUFFERS = IOV_MAX };

typedef struct {
    struct msghdr header;
    Py_ssize_t result;
    int flags;
} Message;

static int try_receive_message(PySocketSockObject *self, void *data)
{
    Message *message = data;
    message->result = recvmsg(self->sock_fd, &message->header, message->flags);
    return message->result >= 0;
}

static int try_send_message(PySocketSockObject *self, void *data)
{
    Message *message = data;
    message->result = sendmsg(self->sock_fd, &message->header, message->flags);
    return message->result >= 0;
}

static PyObject *control_as_list(struct msghdr *header)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (struct cmsghdr *item = CMSG_FIRSTHDR(header); item != NULL;
         item = CMSG_NXTHDR(header, item)) {
        char *data = (char *)CMSG_DATA(item),
            *end = (char *)header->msg_control + header->msg_controllen;
        if (item->cmsg_len < CMSG_LEN(0) || data > end) break;
        Py_ssize_t size = Py_MIN((Py_ssize_t)(item->cmsg_len - CMSG_LEN(0)), end - data);
        KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(data, size);
        KR_AUTO PyObject *tuple = bytes == NULL ? NULL
            : Py_BuildValue("(iiO)", item->cmsg_level, item->cmsg_type, bytes);
        if (tuple == NULL || PyList_Append(list, tuple) < 0) return NULL;
    }
    return kr_take(list);
}

// Receives into [vectors]; new (data, control, flags, address), where data comes from [make_data].
// long: what recvmsg and recvmsg_into have in common, and their difference.
static PyObject *receive_message(PySocketSockObject *self, struct iovec *vectors,
                                 size_t count, Py_ssize_t control_size, int flags,
                                 PyObject *(*make_data)(Py_ssize_t, void *), void *data)
{
    if (control_size < 0 || control_size > INT_MAX) {
        PyErr_SetString(PyExc_ValueError, "invalid ancillary data buffer length");
        return NULL;
    }
    KrAddress address;
    memset(&address, 0, sizeof address);
    char *control = control_size > 0 ? PyMem_Calloc(1, (size_t)control_size) : NULL;
    if (control_size > 0 && control == NULL) return PyErr_NoMemory();
    Message message = {.flags = flags, .header = {
            .msg_name = &address, .msg_namelen = kr_address_room(self), .msg_iov = vectors,
            .msg_iovlen = count, .msg_control = control, .msg_controllen = (size_t)control_size}};
    PyObject *result = NULL;
    if (kr_socket_attempt(self, 0, try_receive_message, &message, NULL, self->sock_timeout) == 0) {
        KR_AUTO PyObject *list = control_as_list(&message.header);
        KR_AUTO PyObject *first = list == NULL ? NULL : make_data(message.result, data);
        KR_AUTO PyObject *sender = first == NULL ? NULL
            : kr_address_as_object(self->sock_fd, &address, message.header.msg_namelen);
        if (sender != NULL)
            result = Py_BuildValue("(OOiO)", first, list, message.header.msg_flags, sender);
    }
    PyMem_Free(control);
    return result;
}

static PyObject *shorten_bytes(Py_ssize_t size, void *data)
{
    PyObject **bytes = data, *result = *bytes;
    *bytes = NULL;
    if (size != PyBytes_GET_SIZE(result)) _PyBytes_Resize(&result, size);
    return result;
}

METHOD(recvmsg, "self, bufsize: ssize, ancbufsize: ssize = 0, flags: int = 0, /",
       "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\n"
       "Receive normal data (up to bufsize bytes) and ancillary data from the socket.")
static PyObject *transfer_recvmsg(PySocketSockObject *self, Py_ssize_t bufsize,
                                  Py_ssize_t ancbufsize, int flags)
{
    if (bufsize < 0) {
        PyErr_SetString(PyExc_ValueError, "negative buffer size in recvmsg()");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, bufsize);
    if (bytes == NULL) return NULL;
    struct iovec vector = {PyBytes_AS_STRING(bytes), (size_t)bufsize};
    PyObject *result = receive_message(self, &vector, 1, ancbufsize, flags, shorten_bytes, &bytes);
    Py_XDECREF(bytes);
    return result;
}

// Buffers of an iterable, and vectors that point to them.
typedef struct {
    Py_buffer *views;
    struct iovec *vectors;
    Py_ssize_t count;
} Buffers;

static void release_buffers(Buffers *buffers)
{
    for (Py_ssize_t i = 0; i < buffers->count; i++) PyBuffer_Release(&buffers->views[i]);
    PyMem_Free(buffers->views);
    PyMem_Free(buffers->vectors);
}

static int read_buffers(PyObject *iterable, int flags, const char *message, Buffers *ret_buffers)
{
    KR_AUTO PyObject *sequence = PySequence_Fast(iterable, message);
    if (sequence == NULL) return -1;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
    if (count > INT_MAX) {
        PyErr_SetString(PyExc_OSError, "argument is too long");
        return -1;
    }
    Buffers buffers = {PyMem_Calloc((size_t)count + 1, sizeof(Py_buffer)),
                       PyMem_Calloc((size_t)count + 1, sizeof(struct iovec)), 0};
    int failed = buffers.views == NULL || buffers.vectors == NULL;
    if (failed) PyErr_NoMemory();
    for (Py_ssize_t i = 0; !failed && i < count && i < PySequence_Fast_GET_SIZE(sequence); i++) {
        failed = PyObject_GetBuffer(PySequence_Fast_GET_ITEM(sequence, i), &buffers.views[i],
                                    flags) < 0;
        if (failed) break;
        buffers.vectors[i] = (struct iovec){buffers.views[i].buf, (size_t)buffers.views[i].len};
        buffers.count++;
    }
    if (failed) {
        release_buffers(&buffers);
        return -1;
    }
    *ret_buffers = buffers;
    return 0;
}

static PyObject *number_of_bytes(Py_ssize_t size, void *unused)
{
    return PyLong_FromSsize_t(size);
}

METHOD(recvmsg_into, "self, buffers, ancbufsize: ssize = 0, flags: int = 0, /",
       "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\n"
       "Receive normal data and ancillary data from the socket, scattering the\n"
       "non-ancillary data into a series of buffers.")
static PyObject *transfer_recvmsg_into(PySocketSockObject *self, PyObject *iterable,
                                       Py_ssize_t ancbufsize, int flags)
{
    Buffers buffers;
    if (read_buffers(iterable, PyBUF_WRITABLE, "recvmsg_into() argument 1 must be an iterable",
                     &buffers) < 0)
        return NULL;
    PyObject *result = receive_message(self, buffers.vectors, (size_t)buffers.count, ancbufsize,
                                       flags, number_of_bytes, NULL);
    release_buffers(&buffers);
    return result;
}

// Control data as the system wants it: (level, type, data) each.  A block for PyMem_Free, or NULL.
static char *build_control(PyObject *iterable, size_t *ret_size)
{
    KR_AUTO PyObject *sequence = PySequence_Fast(iterable,
                                                 "sendmsg() argument 2 must be an iterable");
    if (sequence == NULL) return NULL;
    size_t size = 0;
    char *control = PyMem_Calloc(1, 1);
    for (Py_ssize_t i = 0; control != NULL && i < PySequence_Fast_GET_SIZE(sequence); i++) {
        int level, type;
        Py_buffer data;
        if (!_PyArg_Parse_SizeT(PySequence_Fast_GET_ITEM(sequence, i),
                                "(iiy*):[sendmsg() ancillary data items]", &level, &type, &data)) {
            PyMem_Free(control);
            return NULL;
        }
        size_t space = CMSG_SPACE((size_t)data.len);
        char *larger = PyMem_Realloc(control, size + space);
        if (larger == NULL) PyMem_Free(control);
        control = larger;
        if (control != NULL) {
            memset(control + size, 0, space);
            struct cmsghdr *item = (struct cmsghdr *)(control + size);
            item->cmsg_level = level;
            item->cmsg_type = type;
            item->cmsg_len = CMSG_LEN((size_t)data.len);
            memcpy(CMSG_DATA(item), data.buf, (size_t)data.len);
            size += space;
        }
        PyBuffer_Release(&data);
    }
    if (control == NULL) PyErr_NoMemory();
    *ret_size = size;
    return control;
}

METHOD(sendmsg, "self, buffers, ancdata: object = NULL, flags: int = 0, address: object = None, /",
       "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\n"
       "Send normal and ancillary data to the socket, gathering the\n"
       "non-ancillary data from a series of buffers and concatenating it into\na single message.")
static PyObject *transfer_sendmsg(PySocketSockObject *self, PyObject *iterable, PyObject *ancdata,
                                  int flags, PyObject *object)
{
    KrAddress address;
    socklen_t address_size = 0;
    if (object != Py_None) {
        if (!kr_address_read(self, object, &address, &address_size, "sendmsg")) return NULL;
        if (PySys_Audit("socket.sendmsg", "OO", self, object) < 0) return NULL;
    } else if (PySys_Audit("socket.sendmsg", "OO", self, Py_None) < 0) {
        return NULL;
    }
    Buffers buffers;
    if (read_buffers(iterable, PyBUF_SIMPLE, "sendmsg() argument 1 must be an iterable",
                     &buffers) < 0)
        return NULL;
    size_t control_size = 0;
    char *control = ancdata == NULL ? NULL : build_control(ancdata, &control_size);
    PyObject *result = NULL;
    if (ancdata == NULL || control != NULL) {
        Message message = {.flags = flags, .header = {
                .msg_name = address_size ? &address : NULL, .msg_namelen = address_size,
                .msg_iov = buffers.vectors, .msg_iovlen = (size_t)buffers.count,
                .msg_control = control_size ? control : NULL, .msg_controllen = control_size}};
        if (kr_socket_attempt(self, 1, try_send_message, &message, NULL, self->sock_timeout) == 0)
            result = PyLong_FromSsize_t(message.result);
    }
    PyMem_Free(control);
    release_buffers(&buffers);
    return result;
}

#include "modules/_socket/transfer.methods.h"

PyMethodDef *kr_socket_transfer_methods(void)
{
    return transfer_methods;
}
