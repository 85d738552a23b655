# find_package(annul) gives two targets:
#   annul::annul  the library and annul.h
#   annul::loop   the ready loop, compiled into the program that links it
get_filename_component(_annul_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET annul::annul)
    add_library(annul::annul STATIC IMPORTED)
    set_target_properties(annul::annul PROPERTIES
        IMPORTED_LOCATION "${_annul_prefix}/lib/libannul_c.a"
        INTERFACE_INCLUDE_DIRECTORIES "${_annul_prefix}/include")
    # On bare metal there is nothing to link beside it.
    if(UNIX)
        find_package(Threads REQUIRED)
        set_target_properties(annul::annul PROPERTIES
            INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
    endif()
endif()

if(NOT TARGET annul::loop)
    add_library(annul::loop INTERFACE IMPORTED)
    set_target_properties(annul::loop PROPERTIES
        INTERFACE_SOURCES "${_annul_prefix}/share/annul/annul_loop.c"
        INTERFACE_LINK_LIBRARIES annul::annul)
endif()

unset(_annul_prefix)
