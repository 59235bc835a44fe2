/// A program with its arguments: what a package tool is told, as a value.
package struct ToolCommand: Sendable, Hashable, CustomStringConvertible {
    /// Found in `ToolProcess.path`.
    package var program: String
    package var arguments: [String]
    /// Besides `ToolProcess.environment`.
    package var environment: [String: String]
    /// Where it runs; nil for the root.
    package var folder: String?
    /// What it says is read and not kept.
    package var isQuiet = false

    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
    }

    package var description: String { ([program] + arguments).joined(separator: " ") }
}

/// What a plan of a package tool does to a package.
package struct PlannedChange: Sendable, Hashable, Codable {
    package var name: String
    package var architecture: String?
    /// Nil where it is not installed.
    package var old: String?
    /// Nil where it is removed.
    package var new: String?

    package init(_ name: String, _ architecture: String? = nil, old: String?, new: String?) {
        self.name = name
        self.architecture = architecture
        self.old = old
        self.new = new
    }
}
