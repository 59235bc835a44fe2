/// epoll and eventfd for Swift: neither is in the Glibc module map, and
/// `struct epoll_event` is packed on x86-64, which Swift cannot import.
#ifndef GARRISON_CEPOLL_H
#define GARRISON_CEPOLL_H
#include <stdint.h>

/// One readiness report: the token given to `garrison_epoll_add` and the events.
typedef struct {
  uint64_t token;
  uint32_t events;
} garrison_event;

extern const uint32_t garrison_epoll_in;
extern const uint32_t garrison_epoll_out;

int garrison_epoll_create(void);
int garrison_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int garrison_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int garrison_epoll_remove(int epoll, int fd);
/// Fills at most `capacity` (64 at most) events; -1 with errno on failure.
int garrison_epoll_wait(int epoll, garrison_event *events, int capacity, int timeout_ms);
int garrison_eventfd_create(void);
int garrison_eventfd_signal(int fd);
int garrison_eventfd_drain(int fd);
/// Names the calling thread (15 bytes at most); 0, or an errno.
int garrison_thread_name(const char *name);
#endif
