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
        let sources = try await database.withStore { try await $0.intelligence.status() }
        if json { return try Console.printJSON(sources.map(SourceReport.init)) }
        if sources.isEmpty { Console.note("Nothing is loaded: garrison intel update") }
        for report in sources.map(SourceReport.init) { report.show() }
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

    enum CodingKeys: String, CodingKey {
        case source, records, origin, licence, lacks
        case contentDate = "content_date"
        case ageDays = "age_days"
        case importedAt = "imported_at"
        case lastError = "last_error"
        case failedAt = "failed_at"
    }

    init(_ status: IntelligenceStore.SourceStatus) {
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
        if let lastError { Console.print("  last error, \(Self.day(failedAt)): \(lastError)") }
    }

    private static func day(_ date: Date?) -> String {
        date.map { String($0.formatted(.iso8601).prefix(10)) } ?? "an unknown day"
    }
}
