/// Where a zip file's central directory lies and how many entries it has.
struct ZipDirectory {
    let offset: UInt64
    let count: UInt64

    init(_ file: RandomAccessFile) throws(IntelligenceError) {
        let tailLength = min(file.size, 22 + 65_535 + 20)
        let tailStart = file.size - tailLength
        let tail = try file.read(Int(tailLength), at: tailStart)
        guard tail.count >= 22,
            let end = stride(from: tail.count - 22, through: 0, by: -1)
                .first(where: { tail.number(at: $0, bytes: 4) == 0x0605_4B50 })
        else { throw .truncated(input: file.path, offset: file.size) }
        let entries = tail.number(at: end + 10, bytes: 2)
        let start = tail.number(at: end + 16, bytes: 4)
        guard entries == 0xFFFF || start == 0xFFFF_FFFF, end >= 20,
            tail.number(at: end - 20, bytes: 4) == 0x0706_4B50
        else {
            (count, offset) = (entries, start)
            return
        }
        let large = try file.read(56, at: tail.number(at: end - 12, bytes: 8))
        guard large.number(at: 0, bytes: 4) == 0x0606_4B50 else { throw file.corrupt(tailStart, "bad zip64 directory") }
        (count, offset) = (large.number(at: 32, bytes: 8), large.number(at: 48, bytes: 8))
    }
}

/// One entry of the central directory.
struct ZipEntry {
    let name: String
    let flags: UInt64
    let method: UInt64
    let checksum: UInt64
    let compressedSize: UInt64
    let dataOffset: UInt64
    /// Bytes of the directory that the entry takes.
    let length: UInt64

    init(_ file: RandomAccessFile, at position: UInt64) throws(IntelligenceError) {
        let header = try file.read(46, at: position)
        guard header.number(at: 0, bytes: 4) == 0x0201_4B50 else { throw file.corrupt(position, "bad directory entry") }
        let nameLength = header.number(at: 28, bytes: 2)
        let extraLength = header.number(at: 30, bytes: 2)
        let variable = try file.read(Int(nameLength + extraLength), at: position &+ 46)
        length = 46 + nameLength + extraLength + header.number(at: 32, bytes: 2)
        name = String(decoding: variable.prefix(Int(nameLength)), as: UTF8.self)
        flags = header.number(at: 8, bytes: 2)
        method = header.number(at: 10, bytes: 2)
        checksum = header.number(at: 16, bytes: 4)
        let extra = Zip64Extra(Array(variable.dropFirst(Int(nameLength))))
        let plainSize = header.number(at: 24, bytes: 4)
        let size = header.number(at: 20, bytes: 4)
        let offset = header.number(at: 42, bytes: 4)
        // The extra field holds just the values that did not fit, in this order.
        var index = plainSize == 0xFFFF_FFFF ? 1 : 0
        compressedSize = size == 0xFFFF_FFFF ? extra.value(index) ?? size : size
        if size == 0xFFFF_FFFF { index += 1 }
        dataOffset = offset == 0xFFFF_FFFF ? extra.value(index) ?? offset : offset
    }
}

/// The 64-bit values of extra field 0x0001.
private struct Zip64Extra {
    private var bytes: [UInt8] = []

    init(_ extra: [UInt8]) {
        var position = 0
        while position + 4 <= extra.count {
            let size = Int(extra.number(at: position + 2, bytes: 2))
            guard position + 4 + size <= extra.count else { return }
            if extra.number(at: position, bytes: 2) == 1 { bytes = Array(extra[position + 4..<position + 4 + size]) }
            position += 4 + size
        }
    }

    func value(_ index: Int) -> UInt64? {
        index * 8 + 8 <= bytes.count ? bytes.number(at: index * 8, bytes: 8) : nil
    }
}

extension [UInt8] {
    /// A little-endian number; 0 where it lies outside.
    func number(at offset: Int, bytes: Int) -> UInt64 {
        guard offset >= 0, offset + bytes <= count else { return 0 }
        return self[offset..<offset + bytes].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
