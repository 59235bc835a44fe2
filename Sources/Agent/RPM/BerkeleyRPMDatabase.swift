/// The BerkeleyDB hash file `Packages` of RPM before 4.16 (CentOS 7, RHEL 8, Amazon Linux 2). Values
/// are read from the hash pages in the file's order; the hash itself is not needed. After Berkeley
/// DB's page layouts (dbinc/db_page.h); either byte order.
enum BerkeleyRPMDatabase {
    static let fileName = "Packages"

    static func read(_ root: ExaminedRoot, _ folder: String) -> RPMDatabase.Content {
        do {
            let file = try RPMDatabase.open(root, "\(folder)/\(fileName)")
            guard var reader = BerkeleyHashReader(file) else {
                return RPMDatabase.Content(fault: "This is no Berkeley DB hash database, or an encrypted one.")
            }
            return reader.content()
        } catch {
            return RPMDatabase.Content(fault: error.sentence("\(folder)/\(fileName)"))
        }
    }
}

/// One open hash file.
struct BerkeleyHashReader {
    private enum PageType: UInt8 {
        case unsortedHash = 2
        case overflow = 7
        case hash = 13
    }

    private enum ItemType: UInt8 {
        case onPage = 1
        case offPage = 3
    }

    private static let magic: UInt32 = 0x0006_1561
    private static let pageHeader = 26

    private let file: ExaminedFile
    private let order: ByteOrder
    private let pageSize: Int
    private let pageCount: Int
    /// Every overflow page belongs to one value: a chain that reads more of them is a loop.
    private var overflowPages: Int
    private var broken = 0

    /// Nil when the first page is not that of a readable hash database.
    init?(_ file: ExaminedFile) {
        let meta = file.read(at: 0, count: 512)
        guard let order = [ByteOrder.little, .big].first(where: { $0.uint32(meta, at: 12) == Self.magic }),
            let size = order.int32(meta, at: 20), (512...65_536).contains(size), size & (size - 1) == 0,
            meta.count > 24, meta[24] == 0
        else { return nil }
        self.file = file
        self.order = order
        pageSize = size
        pageCount = (file.size + size - 1) / size
        overflowPages = pageCount
    }

    mutating func content() -> RPMDatabase.Content {
        var content = RPMDatabase.Content(fileSize: file.size)
        for number in 1..<max(2, pageCount) {
            let page = self.page(number)
            guard page.count > 25, page[25] == PageType.hash.rawValue || page[25] == PageType.unsortedHash.rawValue
            else { continue }
            // rpm keeps its counter of instances as a value of four bytes.
            for value in values(page) where value.count > 8 {
                guard content.take(value) else { return content }
            }
        }
        if file.size % pageSize != 0 { broken += 1 }
        if broken > 0 { content.fault = "Damaged pages or values, passed over: \(broken)." }
        return content
    }

    private func page(_ number: Int) -> [UInt8] { file.read(at: number * pageSize, count: pageSize) }

    /// Items come in pairs, key and value; their offsets stand behind the page's header, and each
    /// item reaches to the one before it.
    private mutating func values(_ page: [UInt8]) -> [[UInt8]] {
        guard let entries = order.uint16(page, at: 20), Self.pageHeader + entries * 2 <= page.count else {
            broken += 1
            return []
        }
        var values: [[UInt8]] = []
        for index in stride(from: 1, to: entries, by: 2) {
            guard let start = order.uint16(page, at: Self.pageHeader + index * 2),
                let end = order.uint16(page, at: Self.pageHeader + (index - 1) * 2), start < end, end <= page.count,
                let value = value(page, start..<end)
            else {
                broken += 1
                continue
            }
            values.append(value)
        }
        return values
    }

    private mutating func value(_ page: [UInt8], _ item: Range<Int>) -> [UInt8]? {
        switch ItemType(rawValue: page[item.lowerBound]) {
        case .onPage: return Array(page[item.dropFirst()])
        case .offPage:
            guard item.count >= 12, let first = order.int32(page, at: item.lowerBound + 4),
                let length = order.int32(page, at: item.lowerBound + 8), length <= RPMDatabase.blobLimit
            else { return nil }
            return overflow(first, length)
        case nil: return nil
        }
    }

    private mutating func overflow(_ first: Int, _ length: Int) -> [UInt8]? {
        var value: [UInt8] = []
        var next = first
        while next != 0, next < pageCount, value.count < length {
            guard overflowPages > 0 else { return nil }
            overflowPages -= 1
            let page = page(next)
            guard page.count > Self.pageHeader, page[25] == PageType.overflow.rawValue,
                let count = order.uint16(page, at: 22), count > 0, Self.pageHeader + count <= page.count,
                let following = order.int32(page, at: 16)
            else { return nil }
            value += page[Self.pageHeader..<Self.pageHeader + count]
            next = following
        }
        return value.count == length ? value : nil
    }
}
