import Agent
import Domain
import Foundation

/// A directory that stands for a mounted system; removed with this value.
final class ExaminedTree {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/garrison-tree-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ file: String, _ text: String) throws -> ExaminedTree { try write(file, Data(text.utf8)) }

    @discardableResult
    func write(_ file: String, _ data: Data) throws -> ExaminedTree {
        try makeFolder(of: file)
        try data.write(to: URL(fileURLWithPath: "\(path)/\(file)"))
        return self
    }

    @discardableResult
    func link(_ file: String, to target: String) throws -> ExaminedTree {
        try makeFolder(of: file)
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(file)", withDestinationPath: target)
        return self
    }

    func collect() throws -> Inventory { try HostCollector(root: path).collect() }

    private func makeFolder(of file: String) throws {
        let folder = URL(fileURLWithPath: "\(path)/\(file)").deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
}

extension Inventory {
    /// The reasons noted for `item`.
    func reasons(_ item: String) -> [String] { notes.filter { $0.item == item }.map(\.reason) }
}

/// What a program printed; nil when it is not installed or failed.
func output(_ program: String, _ arguments: [String], in folder: String? = nil) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
}

/// A repeatable source of random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
