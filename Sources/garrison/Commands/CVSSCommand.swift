import ArgumentParser
import Risk

/// `garrison cvss`: CVSS vectors to scores, one JSON object each.
struct CVSSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cvss",
        abstract: "Score CVSS 2.0, 3.0, 3.1 and 4.0 vectors: one JSON object a vector.",
        discussion: "A malformed vector prints {vector, error}; the exit code is then 1.")

    @Option(help: "A file with one vector a line (- for standard input).")
    var file: String?

    @Argument(help: "A vector, CVSS:3.1/AV:N/…")
    var vector: String?

    func validate() throws {
        guard (vector == nil) != (file == nil) else { throw ValidationError("give a vector, or --file with vectors") }
    }

    func run() throws {
        var isValid = true
        var output: [UInt8] = []
        func append(_ text: String) {
            let result = CVSS.resultLine(for: text)
            isValid = isValid && result.isValid
            output.append(contentsOf: result.json.utf8)
            output.append(UInt8(ascii: "\n"))
        }
        if let vector { append(vector) }
        if let file { try forEachLine(of: file) { append(String($0)) } }
        Console.write(output, to: .output)
        if !isValid { throw ExitCode(1) }
    }
}
