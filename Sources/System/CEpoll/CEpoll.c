#define _GNU_SOURCE
#include "CEpoll.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

const uint32_t garrison_epoll_in = EPOLLIN;
const uint32_t garrison_epoll_out = EPOLLOUT;

int garrison_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return epoll_ctl(epoll, operation, fd, &event);
}

int garrison_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int garrison_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int garrison_epoll_remove(int epoll, int fd) {
  return control(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

int garrison_epoll_wait(int epoll, garrison_event *events, int capacity, int timeout_ms) {
  struct epoll_event ready[64];
  int count = epoll_wait(epoll, ready, capacity < 64 ? capacity : 64, timeout_ms);
  for (int i = 0; i < count; i++) {
    events[i].token = ready[i].data.u64;
    events[i].events = ready[i].events;
  }
  return count;
}

int garrison_eventfd_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int garrison_eventfd_signal(int fd) {
  uint64_t one = 1;
  return write(fd, &one, sizeof one) == sizeof one ? 0 : -1;
}

int garrison_eventfd_drain(int fd) {
  uint64_t count;
  return read(fd, &count, sizeof count) == sizeof count ? 0 : -1;
}

int garrison_thread_name(const char *name) { return pthread_setname_np(pthread_self(), name); }
