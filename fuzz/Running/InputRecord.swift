import Glibc

/// The input that is being tried, kept in a file that outlives the process: written through shared
/// memory, which costs no system call an input and survives a trap.
///
/// The file holds the length in eight bytes and then the bytes.
final class InputRecord {
    let path: String
    private let memory: UnsafeMutableRawBufferPointer

    /// - Parameter capacity: the longest input.
    init(path: String, capacity: Int) throws(FuzzError) {
        self.path = path
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path) }
        defer { close(descriptor) }
        let size = capacity + 8
        guard ftruncate(descriptor, off_t(size)) == 0,
            let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), address != MAP_FAILED
        else { throw .file(path: path) }
        memory = UnsafeMutableRawBufferPointer(start: address, count: size)
    }

    deinit { munmap(memory.baseAddress, memory.count) }

    func keep(_ input: [UInt8]) {
        let count = min(input.count, memory.count - 8)
        memory.storeBytes(of: UInt64(count), as: UInt64.self)
        input.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: memory[8...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// The last input that a process, which may have died since, was trying.
    static func lastInput(of path: String) -> [UInt8]? {
        guard let bytes = FileBytes.read(path), bytes.count >= 8 else { return nil }
        let count = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        return count <= UInt64(bytes.count - 8) ? Array(bytes[8..<8 + Int(count)]) : nil
    }
}
