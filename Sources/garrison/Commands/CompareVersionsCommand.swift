import ArgumentParser
import Domain
import Versions

/// `garrison compare-versions`: the version orderings on their own.
struct CompareVersionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-versions",
        abstract: "Compare two versions in an ecosystem's ordering: prints <, = or >.",
        discussion: """
            With --satisfies prints true or false. What cannot be read prints ! and the reason on standard error; the \
            exit code is then 1.
            """)

    @Option(help: "One of: \(VersionScheme.allCases.map(\.rawValue).joined(separator: " ")).")
    var ecosystem: VersionScheme

    @Option(
        help: """
            A file of tab-separated pairs without a header (- for standard input), with --satisfies of versions: one \
            answer a line.
            """)
    var tsv: String?

    @Option(help: "Ask whether the version lies in this range instead.")
    var satisfies: String?

    @Argument(help: "One version (with --satisfies) or two.")
    var versions: [String] = []

    func validate() throws {
        let expected = tsv != nil ? 0 : (satisfies != nil ? 1 : 2)
        guard versions.count == expected else {
            throw ValidationError("give \(expected) version(s) here, not \(versions.count)")
        }
    }

    func run() throws {
        var answers = Answers(scheme: ecosystem, constraint: satisfies)
        if let tsv {
            // An empty line is answered like any other, so that answers and lines stay side by side.
            try forEachLine(of: tsv) { line in
                answers.line += 1
                let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
                answers.append(fields.map(String.init))
            }
        } else {
            answers.append(versions)
        }
        Console.write(answers.output, to: .output)
        if !answers.isComplete { throw ExitCode(1) }
    }
}

extension VersionScheme: ExpressibleByArgument {}

/// The answers so far, a line each.
private struct Answers {
    let scheme: VersionScheme
    let constraint: String?
    /// The line of the file that is being answered; 0 for the command line.
    var line = 0
    private(set) var output: [UInt8] = []
    private(set) var isComplete = true

    init(scheme: VersionScheme, constraint: String?) {
        self.scheme = scheme
        self.constraint = constraint
    }

    mutating func append(_ fields: [String]) {
        let first = fields.first ?? ""
        let answer =
            constraint.map { test(first, $0) } ?? compare(first, fields.count > 1 ? fields[1] : "")
        output.append(contentsOf: answer.utf8)
        output.append(UInt8(ascii: "\n"))
    }

    private mutating func compare(_ left: String, _ right: String) -> String {
        switch Versions.compare(left, right, scheme: scheme) {
        case .less: return "<"
        case .equal: return "="
        case .greater: return ">"
        case nil:
            for version in [left, right] {
                guard let reason = Versions.isValid(version, scheme: scheme) else { continue }
                refuse(.unparsable(version: version, scheme: scheme, reason: reason))
            }
            return "!"
        }
    }

    private mutating func test(_ version: String, _ constraint: String) -> String {
        do throws(VersionError) {
            return try Versions.satisfies(version, constraint: constraint, scheme: scheme) ? "true" : "false"
        } catch {
            refuse(error)
            return "!"
        }
    }

    private mutating func refuse(_ error: VersionError) {
        isComplete = false
        Console.error(line > 0 ? "line \(line): \(error.message)" : error.message)
    }
}
