/// The answers of one turn of the reactor, given out together: a burst then wakes the threads of Swift's
/// pool once, where giving out each by itself would wake them, and put them to sleep, each time.
/// Used by the reactor's thread only.
final class AnswerQueue {
    private var answers: [(job: Job, answer: Job.Answer)] = []

    func append(_ job: Job, _ answer: Job.Answer) {
        job.phase = .finished
        answers.append((job, answer))
    }

    func deliver() {
        if answers.isEmpty { return }
        for (job, answer) in answers { job.finish(answer) }
        answers.removeAll(keepingCapacity: true)
    }
}
