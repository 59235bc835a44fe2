import Foundation

/// Database files made of header blobs.
enum RPMDatabaseFiles {
    /// Written by the real Berkeley DB, through Perl's DB_File; nil when that is not installed.
    static func berkeley(_ headers: [Data], bigEndian: Bool = false, pageSize: Int = 4096) throws -> Data? {
        let folder = try ExaminedTree()
        for (index, header) in headers.enumerated() { try folder.write("blob\(index)", header) }
        let script = """
            use DB_File; use Fcntl;
            my $info = new DB_File::HASHINFO;
            $info->{bsize} = \(pageSize); $info->{lorder} = \(bigEndian ? 4321 : 1234);
            my $db = tie(my %h, 'DB_File', 'Packages', O_RDWR|O_CREAT, 0644, $info) or die;
            $h{pack('V', 0)} = pack('V', \(headers.count));
            for my $n (0..\(headers.count - 1)) {
                open(my $f, '<:raw', "blob$n") or die; local $/; $h{pack('V', $n + 1)} = <$f>;
            }
            undef $db; untie %h;
            """
        guard output("perl", ["-e", script], in: folder.path) != nil else { return nil }
        return try Data(contentsOf: URL(fileURLWithPath: folder.path + "/Packages"))
    }

    /// Written after the format's description: one page of slots, then the blobs.
    static func ndb(_ headers: [Data]) -> Data {
        var slots = words([0x506D_7052, 0, 1, 1, UInt32(headers.count + 1), 0, 0, 0])
        var blobs = Data()
        for (index, header) in headers.enumerated() {
            let number = UInt32(index + 1)
            let start = 4096 + blobs.count
            var blob = words([0x5362_6C42, number, 1, UInt32(header.count)]) + header
            blob.append(Data(count: (16 - (blob.count + 12) % 16) % 16))
            blob += words([0, UInt32(header.count), 0x4562_6C42])
            slots += words([0x746F_6C53, number, UInt32(start / 16), UInt32(blob.count / 16)])
            blobs += blob
        }
        while slots.count < 4096 { slots += words([0x746F_6C53, 0, 0, 0]) }
        return slots + blobs
    }

    private static func words(_ values: [UInt32]) -> Data {
        values.reduce(into: Data()) { data, value in
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
    }
}
