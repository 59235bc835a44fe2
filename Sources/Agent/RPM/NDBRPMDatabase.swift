/// RPM's own "ndb" format (SUSE's default): a table of slots, each pointing at a blob, in units of
/// 16 bytes. Little-endian. After rpm's lib/backend/ndb/rpmpkg.c, "Packages.db layout".
enum NDBRPMDatabase {
    static let fileName = "Packages.db"

    static func read(_ root: ExaminedRoot, _ folder: String) -> RPMDatabase.Content {
        do {
            return read(try RPMDatabase.open(root, "\(folder)/\(fileName)"))
        } catch {
            return RPMDatabase.Content(fault: error.sentence("\(folder)/\(fileName)"))
        }
    }

    private static let block = 16
    private static let page = 4096
    private static let packagesMagic: UInt32 = 0x506D_7052  // RpmP
    private static let slotMagic: UInt32 = 0x746F_6C53  // Slot
    private static let blobMagic: UInt32 = 0x5362_6C42  // BlbS

    private static func read(_ file: ExaminedFile) -> RPMDatabase.Content {
        var content = RPMDatabase.Content(fileSize: file.size)
        let head = file.read(at: 0, count: 32)
        guard let magic = ByteOrder.little.uint32(head, at: 0), magic == packagesMagic,
            ByteOrder.little.uint32(head, at: 4) == 0, let pages = ByteOrder.little.int32(head, at: 12),
            pages > 0, pages * page <= file.size
        else { return RPMDatabase.Content(fault: "This is no ndb database of a known version.") }
        var broken = 0
        for slot in slots(file, pages: pages) {
            if let blob = blob(file, slot) {
                guard content.take(blob) else { return content }
            } else {
                broken += 1
                // Each costs a read; a forged table has millions.
                if broken > RPMDatabase.packageLimit { break }
            }
        }
        if broken > 0 { content.fault = "Entries that point at damaged data: \(broken)." }
        return content
    }

    private struct Slot {
        var package: UInt32
        /// Bytes from the file's start.
        var offset: Int
    }

    private static func slots(_ file: ExaminedFile, pages: Int) -> some Sequence<Slot> {
        (0..<pages).lazy.flatMap { index in
            let slots = file.read(at: index * page, count: page)
            // The first two slots' place is taken by the database's header.
            return stride(from: index == 0 ? 2 * block : 0, to: slots.count - block + 1, by: block).compactMap {
                slot(slots, at: $0)
            }
        }
    }

    private static func slot(_ slots: [UInt8], at offset: Int) -> Slot? {
        guard ByteOrder.little.uint32(slots, at: offset) == slotMagic,
            let package = ByteOrder.little.uint32(slots, at: offset + 4),
            let start = ByteOrder.little.int32(slots, at: offset + 8), start != 0
        else { return nil }
        return Slot(package: package, offset: start * block)
    }

    private static func blob(_ file: ExaminedFile, _ slot: Slot) -> [UInt8]? {
        let head = file.read(at: slot.offset, count: block)
        guard ByteOrder.little.uint32(head, at: 0) == blobMagic,
            ByteOrder.little.uint32(head, at: 4) == slot.package,
            let length = ByteOrder.little.int32(head, at: 12), length > 0, length <= RPMDatabase.blobLimit,
            slot.offset + block + length <= file.size
        else { return nil }
        let blob = file.read(at: slot.offset + block, count: length)
        return blob.count == length ? blob : nil
    }
}
