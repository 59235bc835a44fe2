import ArgumentParser
import Domain
import FoundationEssentials
import Scanner

/// `garrison identify`: what EDRs and osquery report, to the names that vulnerability data uses.
struct IdentifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identify",
        abstract: "Find the CPE name or package URL of software that an application list reports.",
        discussion: """
            Reads one JSON object a line, {name, version, vendor?, bundle_identifier?, signer?, source?, platform?}, and \
            prints one a line in order: {cpe, purl, confidence, evidence}, or {cpe: null, candidates, reason}. A name \
            alone is a candidate and never an identity.
            """)

    @Option(help: "A directory of feeds, or an index, whose product names are added to the bundled ones.")
    var intel: String?

    @Argument(help: "A file with one object a line; - reads standard input.")
    var file: String

    func run() throws {
        let identifier = try OfflineDictionary.open(intelligence: intel)
        let decoder = JSONDecoder()
        var output: [UInt8] = []
        var number = 0
        var malformed = 0
        try forEachLine(of: file) { line in
            number += 1
            guard line.utf8.contains(where: { $0 > 0x20 }) else { return }
            if let description = try? decoder.decode(SoftwareDescription.self, from: Data(line.utf8)) {
                output += IdentificationJSON.line(identifier.identify(description))
            } else {
                malformed += 1
                Console.error("line \(number): it is no JSON object with a name")
                output += IdentificationJSON.line(.candidates([], reason: "The line is no JSON object with a name."))
            }
            output.append(UInt8(ascii: "\n"))
            if output.count > 1 << 16 {
                Console.write(output, to: .output)
                output.removeAll(keepingCapacity: true)
            }
        }
        Console.write(output, to: .output)
        if malformed > 0 { throw ExitCode(1) }
    }
}
