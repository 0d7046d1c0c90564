/* The agent's bytes inside libog: og_agent_bytes up to og_agent_bytes_end. */
    .section .rodata
    .balign 64
    .globl og_agent_bytes, og_agent_bytes_end
    .hidden og_agent_bytes, og_agent_bytes_end
og_agent_bytes:
    .incbin OG_AGENT_BINARY
og_agent_bytes_end:
    .section .note.GNU-stack, "", @progbits
