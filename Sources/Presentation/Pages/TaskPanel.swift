import Domain
import FoundationEssentials
import Store

/// How far a scan is that somebody started here. A script follows it; without one the page comes
/// again every two seconds.
package enum TaskPanel {
    package static func render(_ job: JobStore.Job) -> HTML {
        switch job.state {
        case .queued, .running: running(job)
        case .done: "<p class=\"notice done\" role=\"status\">\(outcome(job))</p>"
        case .failed:
            "<p class=\"notice error\" role=\"alert\">The scan failed: \(job.error ?? "no reason was left").</p>"
        }
    }

    private static func running(_ job: JobStore.Job) -> HTML {
        let text = job.state == .queued ? "Waiting for a worker …" : "Scanning …"
        let amount: HTML = job.total > 0 ? " value=\"\(job.progress)\" max=\"\(job.total)\"" : .empty
        let retry: HTML = job.error.map { "<span class=\"small\">Last attempt: \($0)</span>" } ?? .empty
        return """
            <div class="notice task" data-task="\(job.id.description)"><span data-text role="status">\(text)</span>\
            <progress aria-label="Progress of the scan"\(amount)></progress>\(retry)</div>
            <noscript><meta http-equiv="refresh" content="2"></noscript>
            """
    }

    /// `Scan finished: 3 findings opened, 1 remediated.`
    static func outcome(_ job: JobStore.Job) -> String {
        guard let result = job.result,
            let outcome = try? JSONDecoder().decode(ScanStore.Outcome.self, from: Data(result))
        else { return "Scan finished." }
        guard outcome.opened + outcome.remediated > 0 else { return "Scan finished: nothing has changed." }
        return
            "Scan finished: \(Text.count(outcome.opened, "finding")) opened, \(Text.grouped(outcome.remediated)) remediated."
    }
}
