import Domain
import FoundationEssentials
import Scanner

/// Findings as SARIF 2.1.0 (OASIS): one rule a vulnerability, one result a finding.
package enum SARIF {
    /// - Parameters:
    ///   - origin: the file that was scanned, or the name of the host; `-` for standard input.
    ///   - version: the program's.
    package static func render(_ report: ScanReport, origin: String, version: String) throws -> [UInt8] {
        var places: [String: Int] = [:]
        var rules: [SARIFRule] = []
        for finding in report.findings where places[finding.id] == nil {
            places[finding.id] = rules.count
            rules.append(SARIFRule(finding))
        }
        let results = report.findings.map { SARIFResult($0, rule: places[$0.id] ?? 0, origin: origin) }
        let notes = report.notes.map { Notification(message: Message(text: $0.message)) }
        let run = Run(
            tool: Tool(driver: Driver(version: version, rules: rules)),
            invocations: [Invocation(toolExecutionNotifications: notes)],
            results: results)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(Log(runs: [run]))) + [UInt8(ascii: "\n")]
    }

    static let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

    /// Section 3.11.
    struct Message: Encodable {
        let text: String
    }

    private struct Log: Encodable {
        let version = "2.1.0"
        let schema = SARIF.schema
        let runs: [Run]

        enum CodingKeys: String, CodingKey {
            case version, runs
            case schema = "$schema"
        }
    }

    private struct Run: Encodable {
        let tool: Tool
        let invocations: [Invocation]
        let results: [SARIFResult]
    }

    private struct Tool: Encodable {
        let driver: Driver
    }

    private struct Driver: Encodable {
        let name = "Garrison"
        let version: String
        let rules: [SARIFRule]
    }

    private struct Invocation: Encodable {
        let executionSuccessful = true
        let toolExecutionNotifications: [Notification]
    }

    private struct Notification: Encodable {
        let level = "note"
        let message: Message
    }
}
