import FoundationEssentials

/// Finds the files that come with the program: the migrations and the bundled intelligence.
public enum ResourceLocator {
    /// The variable that names the folder outright.
    public static let environmentVariable = "GARRISON_RESOURCES"

    /// The folder that holds `database/migrations`: `GARRISON_RESOURCES`; else `../share/garrison` beside
    /// the executable's folder (an installed program); else the first one upwards from the executable
    /// and from the current folder (a checkout). Nil when there is none.
    public static func root(
        environment: [String: String] = ProcessInfo.processInfo.environment, executable: String? = executablePath(),
        currentFolder: String = FileManager.default.currentDirectoryPath
    ) -> String? {
        if let named = environment[environmentVariable], !named.isEmpty { return holdsResources(named) ? named : nil }
        guard let binaries = executable.map(parent(of:)) else { return firstUpwards(from: currentFolder) }
        let installed = parent(of: binaries) + "/share/garrison"
        return holdsResources(installed) ? installed : firstUpwards(from: binaries) ?? firstUpwards(from: currentFolder)
    }

    /// The folder of the migrations.
    /// - Throws: `ResourceError` when the program's files are not there.
    public static func migrations() throws(ResourceError) -> String { try folder("database/migrations") }

    /// The folder of the bundled intelligence.
    /// - Throws: `ResourceError` when the program's files are not there.
    public static func bundle() throws(ResourceError) -> String { try folder("data/intel") }

    /// The executable's path with symbolic links resolved.
    public static func executablePath() -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    private static func folder(_ name: String) throws(ResourceError) -> String {
        guard let root = root() else { throw .notFound }
        return "\(root)/\(name)"
    }

    private static func firstUpwards(from start: String) -> String? {
        var folder = start
        while !holdsResources(folder) {
            if folder == "/" { return nil }
            folder = parent(of: folder)
        }
        return folder
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func holdsResources(_ folder: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: folder + "/database/migrations", isDirectory: &isDirectory)
            && isDirectory
    }
}

/// The program's own files are missing.
public enum ResourceError: UserFacingError, Equatable {
    case notFound

    public var code: String { "resources.not_found" }

    public var message: String {
        "The files that come with garrison (database/migrations) were not found beside the program. "
            + "Set \(ResourceLocator.environmentVariable) to the folder that holds them."
    }
}
