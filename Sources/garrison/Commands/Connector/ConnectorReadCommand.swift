import ArgumentParser
import Domain
import FoundationEssentials
import Inventories

/// `garrison connector read`: what a vendor knows, as lines of JSON.
struct ConnectorReadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Print what a vendor knows of one kind, a JSON object a line.",
        discussion: """
            With --checkpoint, a run that was broken off goes on where it stopped, and the next one reads only what \
            changed. Records that make no sense are told on standard error and left out.
            """)

    @OptionGroup var options: ConnectorOptions

    @Argument(help: "devices, software, vulnerabilities, alerts or compliance.")
    var stream: ConnectorStream

    @Option(help: "A file that remembers how far was read.")
    var checkpoint: String?

    @Flag(help: "Read everything, not only what changed.")
    var full = false

    func run() async throws {
        let start = try checkpoint.map(CheckpointFile.read) ?? .none
        try await options.withConnector { connector in
            var outcome = (printed: 0, quarantined: 0, setAside: 0)
            for try await batch in connector.run(stream, after: start, full ? .full : .changes) {
                // What is printed before the checkpoint is kept may be printed again, but is never left out.
                Console.write(try ReportLines.lines(batch.reports), to: .output)
                for record in batch.quarantined {
                    let place = record.field.isEmpty ? "" : "\(record.field) "
                    Console.note("\(record.sourceID ?? "a record without an id"): \(place)\(record.reason)")
                }
                if let checkpoint { try CheckpointFile.write(batch.next, to: checkpoint) }
                outcome.printed += batch.reports.count
                outcome.quarantined += batch.quarantined.count
                outcome.setAside += batch.setAside
            }
            Console.note(
                "\(outcome.printed) \(stream.rawValue), \(outcome.quarantined) left out as malformed, "
                    + "\(outcome.setAside) that say nothing")
        }
    }
}

/// Reports as lines of JSON: keys in snake case, times in RFC 3339.
private enum ReportLines {
    static func lines(_ reports: ConnectorReports) throws -> [UInt8] {
        switch reports {
        case .devices(let reports): try lines(reports)
        case .software(let reports): try lines(reports)
        case .vulnerabilities(let reports): try lines(reports)
        case .alerts(let reports): try lines(reports)
        case .compliance(let reports): try lines(reports)
        }
    }

    private static func lines(_ reports: [some Encodable]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(RFC3339.string(date))
        }
        var lines: [UInt8] = []
        for report in reports { lines += Array(try encoder.encode(report)) + [UInt8(ascii: "\n")] }
        return lines
    }
}

/// A checkpoint in a file, replaced as a whole.
private enum CheckpointFile {
    /// None where there is no such file.
    static func read(_ path: String) throws -> StreamCheckpoint {
        guard FileManager.default.fileExists(atPath: path) else { return .none }
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            return try JSONDecoder().decode(StreamCheckpoint.self, from: data)
        } catch {
            throw CommandError.unreadable(path: path, reason: "it is no checkpoint; remove it to read everything")
        }
    }

    static func write(_ checkpoint: StreamCheckpoint, to path: String) throws {
        do {
            try JSONEncoder().encode(checkpoint).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError.unwritable(path: path, reason: "the checkpoint could not be written")
        }
    }
}
