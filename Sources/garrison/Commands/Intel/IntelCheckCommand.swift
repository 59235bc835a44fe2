import ArgumentParser
import Domain
import FoundationEssentials
import Intelligence

/// `garrison intel check`: what feed files hold, without a database.
struct IntelCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read feed files and tell what they hold; loads nothing, needs no database.")

    @Argument(help: "Files or directories.") var files: [String]
    @Option(help: "Whose feeds they are; auto: told by content.") var source: SourceArgument?
    @Flag(help: "Print JSON.") var json = false

    private struct Report: Encodable {
        let path: String
        let feeds: [FeedSummary]
        let passedOver: Int
    }

    func run() async throws {
        var reports: [Report] = []
        for path in files {
            let report = try FeedReader.read(path: path, source: source?.source) { _ in }
            if json {
                reports.append(Report(path: path, feeds: report.summaries, passedOver: report.passedOver))
            } else {
                show(path, report)
            }
        }
        if json { try Console.printJSON(reports) }
    }

    private func show(_ path: String, _ report: FeedReport) {
        for summary in report.summaries {
            let date = summary.contentDate.map { String($0.formatted(.iso8601).prefix(10)) } ?? "unknown date"
            Console.print("\(path): \(summary.format): \(summary.records) records, content of \(date)")
            for (part, count) in summary.setAside.sorted(by: { $0.key < $1.key }) {
                Console.print("  not used: \(count) \(part)")
            }
            for note in summary.notes { Console.print("  \(note)") }
            if summary.skipped > 0 { Console.print("  left out: \(summary.skipped) records") }
            for rejected in summary.rejected { Console.print("    \(rejected.record): \(rejected.reason)") }
        }
        if report.passedOver > 0 { Console.print("\(path): \(report.passedOver) other files passed over") }
    }
}
