namespace IrqSafety.Runtime;

/// <summary>Results of kernel calls: 0 or a negative error number. Source: Linux <c>include/uapi/asm-generic/errno*.h</c>.</summary>
public enum Errno
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = -1,

    /// <summary>No such object.</summary>
    ENOENT = -2,

    /// <summary>No such device or address.</summary>
    ENXIO = -6,

    /// <summary>Try again.</summary>
    EAGAIN = -11,

    /// <summary>Out of memory.</summary>
    ENOMEM = -12,

    /// <summary>Busy.</summary>
    EBUSY = -16,

    /// <summary>Exists already.</summary>
    EEXIST = -17,

    /// <summary>No such device.</summary>
    ENODEV = -19,

    /// <summary>Invalid argument.</summary>
    EINVAL = -22,

    /// <summary>No space left.</summary>
    ENOSPC = -28,

    /// <summary>Would deadlock.</summary>
    EDEADLK = -35,

    /// <summary>Not supported.</summary>
    EOPNOTSUPP = -95,

    /// <summary>Not connected: the interrupt has no line.</summary>
    ENOTCONN = -107,

    /// <summary>Timed out.</summary>
    ETIMEDOUT = -110,

    /// <summary>Done already.</summary>
    EALREADY = -114,

    /// <summary>In progress.</summary>
    EINPROGRESS = -115,
}
