import ArgumentParser
import Domain
import Versions

/// `garrison compare-versions`: the version orderings on their own.
struct CompareVersionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-versions",
        abstract: "Compare two versions in an ecosystem's ordering: prints <, = or >.",
        discussion: "An unparsable version prints ! and the reason on standard error; the exit code is then 1.")

    @Option(help: "One of: \(VersionScheme.allCases.map(\.rawValue).joined(separator: " ")).")
    var ecosystem: VersionScheme

    @Option(help: "A file of tab-separated pairs without a header (- for standard input): one answer a line.")
    var tsv: String?

    @Option(help: "Ask whether the version lies in this range instead: prints true or false.")
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
        if let tsv { return try compareFile(tsv) }
        if let satisfies { return try testRange(satisfies) }
        var isValid = true
        Console.print(symbol(versions[0], versions[1], isValid: &isValid))
        if !isValid { throw ExitCode(1) }
    }

    private func testRange(_ constraint: String) throws {
        let holds = try Versions.satisfies(versions[0], constraint: constraint, scheme: ecosystem)
        Console.print(holds ? "true" : "false")
    }

    private func compareFile(_ path: String) throws {
        var isValid = true
        var output: [UInt8] = []
        try forEachLine(of: path) { line in
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            let second = fields.count > 1 ? String(fields[1]) : ""
            output.append(contentsOf: symbol(String(fields[0]), second, isValid: &isValid).utf8)
            output.append(UInt8(ascii: "\n"))
        }
        Console.write(output, to: .output)
        if !isValid { throw ExitCode(1) }
    }

    private func symbol(_ left: String, _ right: String, isValid: inout Bool) -> String {
        switch Versions.compare(left, right, scheme: ecosystem) {
        case .less: return "<"
        case .equal: return "="
        case .greater: return ">"
        case nil:
            isValid = false
            for version in [left, right] {
                guard let reason = Versions.isValid(version, scheme: ecosystem) else { continue }
                Console.error("“\(version)” is not a \(ecosystem.rawValue) version: \(reason)")
            }
            return "!"
        }
    }
}

extension VersionScheme: ExpressibleByArgument {}
