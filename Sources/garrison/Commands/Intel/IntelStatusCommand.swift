import ArgumentParser
import FoundationEssentials
import Store

/// `garrison intel status`: what is loaded, how old it is, and what it lacks.
struct IntelStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What is loaded, how old it is, what it lacks, and what went wrong last.")

    @OptionGroup var database: DatabaseOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let (sources, quarantine) = try await database.withStore { store in
            (try await store.intelligence.status(), try await store.intelligence.quarantine(limit: 100_000))
        }
        let records = Dictionary(grouping: quarantine, by: \.source)
        let reports = sources.map { SourceReport($0, records[$0.source, default: []]) }
        if json { return try Console.printJSON(reports) }
        if sources.isEmpty { Console.note("Nothing is loaded: garrison intel update") }
        for report in reports { report.show() }
    }
}

/// One source as it is printed.
private struct SourceReport: Encodable {
    let source: String
    let contentDate: Date?
    let ageDays: Int?
    let importedAt: Date?
    let records: Int
    let origin: String
    let licence: String
    let lacks: String
    let lastError: String?
    let failedAt: Date?
    let state: String
    let quarantined: Int
    let quarantine: [Quarantined]

    struct Quarantined: Encodable {
        let feed: String
        let record: String
        let reason: String
    }

    /// As many are told on a terminal; `--json` has all that are kept.
    private static let told = 3

    enum CodingKeys: String, CodingKey {
        case source, records, origin, licence, lacks, state, quarantined, quarantine
        case contentDate = "content_date"
        case ageDays = "age_days"
        case importedAt = "imported_at"
        case lastError = "last_error"
        case failedAt = "failed_at"
    }

    init(_ status: IntelligenceStore.SourceStatus, _ left: [IntelligenceStore.QuarantinedRecord]) {
        source = status.source
        contentDate = status.contentDate
        ageDays = status.contentDate.map { max(0, Int(Date().timeIntervalSince($0) / 86_400)) }
        importedAt = status.importedAt
        records = status.records
        origin = status.origin
        licence = status.licence
        lacks = status.lacks
        lastError = status.lastError
        failedAt = status.failedAt
        state = status.isDegraded ? "degraded" : "ok"
        quarantined = status.quarantined
        quarantine = left.map { Quarantined(feed: $0.feed, record: $0.record, reason: $0.reason) }
    }

    func show() {
        if importedAt == nil {
            Console.print("\(source): not loaded")
        } else {
            let age = ageDays.map { $0 == 1 ? " (1 day old)" : " (\($0) days old)" } ?? ""
            Console.print("\(source): \(records) records, content of \(Self.day(contentDate))\(age), \(origin)")
        }
        if !licence.isEmpty { Console.print("  licence: \(licence)") }
        if !lacks.isEmpty { Console.print("  lacks: \(lacks)") }
        if quarantined > 0 {
            Console.print("  degraded: \(quarantined) records left out, what was loaded of them stays")
        }
        for record in quarantine.prefix(Self.told) { Console.print("    \(record.record): \(record.reason)") }
        if let lastError { Console.print("  last error, \(Self.day(failedAt)): \(lastError)") }
    }

    private static func day(_ date: Date?) -> String {
        date.map { String($0.formatted(.iso8601).prefix(10)) } ?? "an unknown day"
    }
}
