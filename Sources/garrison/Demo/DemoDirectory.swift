import Cluster
import Domain
import FoundationEssentials

/// Where a demonstration keeps its database: a folder of its own, made anew each time and removed afterwards.
struct DemoDirectory {
    let path: String

    static var standard: String { "\(DataDirectory.standard)-demo" }

    /// What tells that a folder may be removed.
    private var mark: String { "\(path)/demonstration" }

    /// Makes the folder empty.
    ///
    /// - Throws: `CommandError.problem` when another demonstration runs there, or the folder has something else in it.
    func prepare() throws {
        if try PrivateCluster.connectionString(ofRunning: path) != nil {
            throw CommandError.problem(
                "A demonstration is running in \(path). Stop it, or choose another folder with --data-dir.")
        }
        let files = FileManager.default
        let content = (try? files.contentsOfDirectory(atPath: path)) ?? []
        guard content.isEmpty || files.fileExists(atPath: mark) else {
            throw CommandError.problem(
                "\(path) holds something else than a demonstration. Choose another folder with --data-dir.")
        }
        try remove()
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandError.unwritable(path: path, reason: "the folder could not be made")
        }
        guard files.createFile(atPath: mark, contents: Data()) else {
            throw CommandError.unwritable(path: mark, reason: "the file could not be made")
        }
    }

    func remove() throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw CommandError.unwritable(path: path, reason: "the demonstration's folder could not be removed")
        }
    }
}
