/// RPM's own "ndb" format (SUSE's default): a table of slots, each pointing at a blob, in units of
/// 16 bytes. Little-endian. After rpm's lib/backend/ndb/rpmpkg.c, "Packages.db layout".
enum NDBRPMDatabase {
    static let fileName = "Packages.db"

    static func read(_ root: ExaminedRoot, _ folder: String) -> RPMDatabase.Content {
        do {
            return read(try root.file("\(folder)/\(fileName)"))
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
        var content = RPMDatabase.Content()
        let head = file.read(at: 0, count: 32)
        guard let magic = ByteOrder.little.uint32(head, at: 0), magic == packagesMagic,
            ByteOrder.little.uint32(head, at: 4) == 0, let pages = ByteOrder.little.int32(head, at: 12),
            pages > 0, pages * page <= file.size
        else { return RPMDatabase.Content(fault: "This is no ndb database of a known version.") }
        var budget = file.size
        var broken = 0
        for index in 0..<pages {
            let slots = file.read(at: index * page, count: page)
            // The first two slots' place is taken by the database's header.
            for offset in stride(from: index == 0 ? 2 * block : 0, to: slots.count - block + 1, by: block) {
                guard ByteOrder.little.uint32(slots, at: offset) == slotMagic,
                    let number = ByteOrder.little.uint32(slots, at: offset + 4),
                    let start = ByteOrder.little.int32(slots, at: offset + 8), start != 0
                else { continue }
                // Blobs do not overlap, so that more bytes than the file has are a forgery.
                guard let blob = blob(file, start * block, number: number, budget: &budget),
                    content.headers.count < RPMDatabase.packageLimit
                else {
                    broken += 1
                    continue
                }
                content.headers.append(blob)
            }
        }
        if broken > 0 { content.fault = "Entries that point at damaged data: \(broken)." }
        return content
    }

    private static func blob(_ file: ExaminedFile, _ offset: Int, number: UInt32, budget: inout Int) -> [UInt8]? {
        let head = file.read(at: offset, count: block)
        guard ByteOrder.little.uint32(head, at: 0) == blobMagic, ByteOrder.little.uint32(head, at: 4) == number,
            let length = ByteOrder.little.int32(head, at: 12), length > 0, length <= min(RPMDatabase.blobLimit, budget)
        else { return nil }
        budget -= length
        let blob = file.read(at: offset + block, count: length)
        return blob.count == length ? blob : nil
    }
}
