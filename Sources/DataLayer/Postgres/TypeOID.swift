/// The type OIDs this module knows (`src/include/catalog/pg_type.dat`); they never change.
enum TypeOID {
    static let unspecified: UInt32 = 0
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let macaddr: UInt32 = 829
    static let inet: UInt32 = 869
    static let cidr: UInt32 = 650
    static let boolArray: UInt32 = 1000
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let float8Array: UInt32 = 1022
    static let date: UInt32 = 1082
    static let timestamp: UInt32 = 1114
    static let dateArray: UInt32 = 1182
    static let timestamptz: UInt32 = 1184
    static let timestamptzArray: UInt32 = 1185
    static let numeric: UInt32 = 1700
    static let uuid: UInt32 = 2950
    static let uuidArray: UInt32 = 2951
    static let jsonb: UInt32 = 3802

    /// The scalar types whose binary form is something else than their text.
    static let nonTextual: Set<UInt32> = [
        bool, bytea, int8, int2, int4, oid, float4, float8, date, timestamp, timestamptz, numeric, macaddr, inet, cidr,
        boolArray, int4Array, textArray, int8Array, float8Array, dateArray, timestamptzArray, uuidArray,
    ]
}
